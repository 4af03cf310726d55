// The members of an object type, through extends, intersections, imports and the common utility types.
import { lookUpType } from './type_lookup.mjs'
import { bindTypeParameters, memberKey } from './type_printer.mjs'
import { TypeText } from './type_text.mjs'

const MAX_TYPES = 500
const MAX_DEPTH = 40

/** Members by name, `count?` for an optional one; null where the type is no object type that can be read. */
export function membersOf(type) {
  const found = collect(type, { left: MAX_TYPES }, 0)
  if (found === null) return null
  const members = Object.create(null)
  for (const [name, { optional, text }] of found) members[optional ? `${name}?` : name] = text
  return members
}

/** The members of all of a declaration's parts, which TypeScript merges. */
export function membersOfDeclaration(declaration, component) {
  const { ts } = component
  if (ts.isTypeAliasDeclaration(declaration)) return membersOf(new TypeText(declaration.type, component))
  return membersOf(new TypeText(declaration, component))
}

/** The call signatures of a type, as those of `{ (e: 'save', id: number): void }`. */
export function callSignaturesOf(type) {
  const found = []
  signatures(type, found, { left: MAX_TYPES }, 0)
  return found
}

function collect({ node, component, bound }, budget, depth) {
  if (--budget.left < 0 || depth > MAX_DEPTH) return null
  const { ts } = component
  const next = (other) => collect(new TypeText(other, component, { bound }), budget, depth + 1)
  if (ts.isParenthesizedTypeNode(node)) return next(node.type)
  if (ts.isTypeLiteralNode(node)) return own(node.members, component, bound)
  if (ts.isInterfaceDeclaration(node)) return ofInterface(node, component, bound, next)
  if (ts.isIntersectionTypeNode(node)) return merged(node.types.map(next))
  if (ts.isUnionTypeNode(node)) return ofUnion(node.types.map(next))
  if (!ts.isTypeReferenceNode(node) && !ts.isExpressionWithTypeArguments(node)) return null
  const tag = node.typeName ?? node.expression
  if (!ts.isIdentifier(tag)) return null
  const stood = bound.get(tag.text)
  if (stood) return collect(new TypeText(stood.node, stood.component, stood), budget, depth + 1)
  const args = node.typeArguments ?? []
  const declared = lookUpType(component, tag.text)
  if (declared) return ofDeclarations(declared, args, { component, bound, budget, depth })
  return ofUtility(tag.text, args, next, ts)
}

function ofDeclarations({ component, declarations }, args, from) {
  const { ts } = component
  const parts = declarations.map((declaration) => {
    if (ts.isEnumDeclaration(declaration)) return null
    const bound = bindTypeParameters(declaration, args, from)
    const node = ts.isTypeAliasDeclaration(declaration) ? declaration.type : declaration
    return collect(new TypeText(node, component, { bound }), from.budget, from.depth + 1)
  })
  return merged(parts)
}

function ofInterface(node, component, bound, next) {
  const bases = (node.heritageClauses ?? []).flatMap((clause) => clause.types.map(next))
  return merged([...bases, own(node.members, component, bound)])
}

function own(members, component, bound) {
  const { ts } = component
  const found = new Map()
  for (const member of members) {
    if (!ts.isPropertySignature(member) && !ts.isMethodSignature(member)) continue
    const optional = member.questionToken !== undefined
    found.set(memberKey(ts, member), { optional, text: memberType(member, component, { bound, optional }) })
  }
  return found
}

function memberType(member, component, options) {
  const { ts } = component
  if (ts.isPropertySignature(member))
    return member.type ? new TypeText(member.type, component, options) : TypeText.of('any', ts)
  const asFunction = ts.factory.createFunctionTypeNode(member.typeParameters, member.parameters, member.type)
  return new TypeText(asFunction, component, options)
}

function merged(parts) {
  const known = parts.filter((part) => part !== null)
  return known.length === 0 ? null : new Map(known.flatMap((part) => [...part]))
}

// A prop of one variant only is optional: the others leave it out.
function ofUnion(parts) {
  if (parts.some((part) => part === null)) return null
  const found = new Map()
  for (const part of parts) {
    for (const [name, member] of part) {
      const everywhere = parts.every((other) => other.has(name))
      const same = found.get(name)
      if (same === undefined) found.set(name, { ...member, optional: member.optional || !everywhere })
      else
        found.set(name, { optional: same.optional || member.optional, text: either(same.text, member.text) })
    }
  }
  return found
}

function either(a, b) {
  return a.text === b.text ? a : TypeText.of(`(${a.text}) | (${b.text})`, a.component.ts)
}

function ofUtility(name, args, next, ts) {
  const [base, keys] = args
  if (!['Partial', 'Required', 'Readonly', 'Pick', 'Omit'].includes(name) || !base) return null
  const members = next(base)
  if (members === null || name === 'Readonly') return members
  if (name === 'Partial' || name === 'Required') {
    return new Map([...members].map(([key, member]) => [key, { ...member, optional: name === 'Partial' }]))
  }
  if (!keys) return null
  const literals = ts.isUnionTypeNode(keys) ? keys.types : [keys]
  const named = new Set(literals.map((each) => each.literal?.text))
  return new Map([...members].filter(([key]) => named.has(key) === (name === 'Pick')))
}

function signatures({ node, component, bound }, found, budget, depth) {
  const { ts } = component
  if (--budget.left < 0 || depth > MAX_DEPTH) return
  const next = (other) => signatures(new TypeText(other, component, { bound }), found, budget, depth + 1)
  if (ts.isParenthesizedTypeNode(node)) next(node.type)
  else if (ts.isFunctionTypeNode(node)) found.push({ signature: node, component, bound })
  else if (ts.isTypeLiteralNode(node) || ts.isInterfaceDeclaration(node)) {
    for (const member of node.members) {
      if (ts.isCallSignatureDeclaration(member)) found.push({ signature: member, component, bound })
    }
    for (const clause of node.heritageClauses ?? []) clause.types.forEach(next)
  } else if (ts.isIntersectionTypeNode(node) || ts.isUnionTypeNode(node)) node.types.forEach(next)
  else if (ts.isTypeReferenceNode(node) || ts.isExpressionWithTypeArguments(node)) {
    const tag = node.typeName ?? node.expression
    const declared = ts.isIdentifier(tag) ? lookUpType(component, tag.text) : null
    for (const declaration of declared?.declarations ?? []) {
      const body = ts.isTypeAliasDeclaration(declaration) ? declaration.type : declaration
      if (!ts.isEnumDeclaration(declaration))
        signatures(new TypeText(body, declared.component), found, budget, depth + 1)
    }
  }
}
