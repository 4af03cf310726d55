// Prints a type the same way whatever its layout: what `TypeText` compares.
import { lookUpType } from './type_lookup.mjs'

const MAX_NODES = 4000
const MAX_DEPTH = 60
const MAX_TEXT = 4000

// How tightly a printed type binds: the looser needs parentheses inside the tighter.
const Level = { UNION: 0, INTERSECTION: 1, OPERATOR: 2, POSTFIX: 3, PRIMARY: 4 }

const TRANSPARENT = new Set(['Readonly', 'ReadonlyArray', 'Array', 'ReadonlyMap', 'ReadonlySet'])

/** A type's text: `expand` says whether the project's `aliases`, `everything` or `nothing` is put in for its name. */
export function printType(type, expand) {
  const budget = { left: MAX_NODES }
  const printer = new Printer(type.component, type.bound, { expand, budget, open: new Set(), depth: 0 })
  const text = type.optional ? printer.optional(type.node) : printer.text(type.node)
  return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text
}

class Printer {
  constructor(component, bound, state, parameters = new Map()) {
    this.component = component
    this.ts = component.ts
    this.bound = bound
    this.state = state
    this.parameters = parameters
  }

  print(node) {
    const { state, ts } = this
    if (--state.budget.left < 0 || state.depth > MAX_DEPTH) return primary('…')
    state.depth += 1
    const printed = this.#print(node, ts.SyntaxKind)
    state.depth -= 1
    return printed
  }

  #print(node, kind) {
    const { ts } = this
    switch (node.kind) {
      case kind.ParenthesizedType:
        return this.print(node.type)
      case kind.UnionType:
        return this.#union(node)
      case kind.IntersectionType:
        return this.#intersection(node)
      case kind.ArrayType:
        return this.#array(this.print(node.elementType))
      case kind.TypeOperator:
        if (node.operator === kind.ReadonlyKeyword) return this.print(node.type)
        return {
          text: `${ts.tokenToString(node.operator)} ${this.within(node.type, Level.OPERATOR)}`,
          level: Level.OPERATOR,
        }
      case kind.IndexedAccessType:
        return postfix(`${this.within(node.objectType, Level.POSTFIX)}[${this.text(node.indexType)}]`)
      case kind.TypeReference:
      case kind.ExpressionWithTypeArguments:
        return this.#reference(node)
      case kind.ImportType:
        if (!node.qualifier) return primary(collapse(node))
        return primary(node.qualifier.getText() + this.#arguments(node.typeArguments))
      case kind.LiteralType:
        return primary(this.#literal(node.literal))
      case kind.TypeLiteral:
        return this.#members(node.members)
      case kind.TupleType:
        return primary(`[${node.elements.map((each) => this.#element(each)).join(', ')}]`)
      case kind.FunctionType:
        return { text: this.signature(node), level: Level.UNION }
      case kind.ConstructorType:
        return { text: `new ${this.signature(node)}`, level: Level.UNION }
      case kind.TypeQuery:
        return primary(`typeof ${node.exprName.getText()}${this.#arguments(node.typeArguments)}`)
      case kind.TypePredicate:
        return {
          text: `${this.#parameter(node.parameterName.getText())} is ${this.text(node.type)}`,
          level: Level.UNION,
        }
      case kind.ConditionalType: {
        const [check, extended] = [
          this.within(node.checkType, Level.INTERSECTION),
          this.within(node.extendsType, Level.INTERSECTION),
        ]
        return {
          text: `${check} extends ${extended} ? ${this.text(node.trueType)} : ${this.text(node.falseType)}`,
          level: Level.UNION,
        }
      }
      default:
        return primary(collapse(node))
    }
  }

  text(node) {
    return this.print(node).text
  }

  /** The type of what may be left out: `undefined` goes without saying. */
  optional(node) {
    const printed = this.print(node)
    return printed.parts?.filter((part) => part !== 'undefined').join(' | ') ?? printed.text
  }

  annotation(type, optional) {
    const text = type === undefined ? 'any' : optional ? this.optional(type) : this.text(type)
    return `${optional ? '?' : ''}: ${text}`
  }

  within(node, level) {
    return parenthesise(this.print(node), level)
  }

  /** A function's type with its parameters named in order: their own names mean nothing to the type. */
  signature(node) {
    const parameters = new Map(this.parameters)
    const inner = new Printer(this.component, this.bound, this.state, parameters)
    const listed = node.parameters.filter((each) => each.name.getText() !== 'this')
    listed.forEach((each, index) => parameters.set(each.name.getText(), letters(index)))
    const printed = listed.map((each, index) => {
      const rest = each.dotDotDotToken ? '...' : ''
      const optional = each.questionToken || each.initializer
      return `${rest}${letters(index)}${inner.annotation(each.type, optional)}`
    })
    const generics = (node.typeParameters ?? []).map(collapse).join(', ')
    return `${generics && `<${generics}>`}(${printed.join(', ')}) => ${node.type ? inner.text(node.type) : 'any'}`
  }

  #parameter(name) {
    return this.parameters.get(name) ?? name
  }

  #union(node) {
    const parts = new Map()
    for (const each of node.types) {
      const printed = this.print(each)
      if (printed.parts) printed.parts.forEach((part) => parts.set(part, primary(part)))
      else parts.set(parenthesise(printed, Level.INTERSECTION), printed)
    }
    if (parts.has('false') && parts.has('true')) {
      parts.delete('false')
      parts.delete('true')
      parts.set('boolean', primary('boolean'))
    }
    if (parts.size === 1) return [...parts.values()][0]
    const sorted = [...parts.keys()].sort()
    return { text: sorted.join(' | '), level: Level.UNION, parts: sorted }
  }

  #intersection(node) {
    const parts = new Map()
    for (const each of node.types) {
      const printed = this.print(each)
      if (printed.all) printed.all.forEach((part) => parts.set(part, primary(part)))
      else parts.set(parenthesise(printed, Level.OPERATOR), printed)
    }
    if (parts.size === 1) return [...parts.values()][0]
    const sorted = [...parts.keys()].sort()
    return { text: sorted.join(' & '), level: Level.INTERSECTION, all: sorted }
  }

  #array(element) {
    return postfix(`${parenthesise(element, Level.POSTFIX)}[]`)
  }

  #reference(node) {
    const { ts, component } = this
    const tag = node.typeName ?? node.expression
    if (tag.kind !== ts.SyntaxKind.Identifier && tag.kind !== ts.SyntaxKind.QualifiedName)
      return primary(collapse(node))
    const bound = ts.isIdentifier(tag) && this.bound.get(tag.text)
    if (bound) return new Printer(bound.component, bound.bound, this.state).print(bound.node)
    const name = component.scope ? component.scope.typeName(tag) : tag.getText()
    const args = node.typeArguments ?? []
    if (TRANSPARENT.has(name) && args.length > 0) {
      if (name === 'Readonly') return this.print(args[0])
      if (name.endsWith('Array')) return this.#array(this.print(args[0]))
      return primary(name.slice('Readonly'.length) + this.#arguments(args))
    }
    return this.#expanded(tag, args) ?? primary(name + this.#arguments(args))
  }

  #expanded(tag, args) {
    const { ts, state, component } = this
    if (state.expand === 'nothing' || !component.scope || !ts.isIdentifier(tag)) return null
    const found = lookUpType(component, tag.text)
    const declaration = found?.declarations[0]
    if (!declaration || state.open.has(declaration)) return null
    const isAlias = ts.isTypeAliasDeclaration(declaration)
    const isPlain =
      ts.isInterfaceDeclaration(declaration) &&
      !declaration.heritageClauses &&
      found.declarations.length === 1
    if (!isAlias && !(isPlain && state.expand === 'everything')) return null
    if (state.expand === 'aliases' && ts.isTypeLiteralNode(declaration.type)) return null
    const bound = bindTypeParameters(declaration, args, this)
    const inner = new Printer(found.component, bound, state)
    state.open.add(declaration)
    const printed = isAlias ? inner.print(declaration.type) : inner.#members(declaration.members)
    state.open.delete(declaration)
    return printed
  }

  #arguments(args) {
    return args?.length ? `<${args.map((each) => this.text(each)).join(', ')}>` : ''
  }

  #literal(literal) {
    const { ts } = this
    if (ts.isStringLiteral(literal) || ts.isNoSubstitutionTemplateLiteral(literal)) return quote(literal.text)
    return collapse(literal)
  }

  #element(node) {
    const { ts } = this
    if (ts.isNamedTupleMember(node)) {
      const type = node.questionToken ? this.within(node.type, Level.POSTFIX) : this.text(node.type)
      return `${node.dotDotDotToken ? '...' : ''}${type}${node.questionToken ? '?' : ''}`
    }
    if (ts.isOptionalTypeNode(node)) return `${this.within(node.type, Level.POSTFIX)}?`
    if (ts.isRestTypeNode(node)) return `...${this.within(node.type, Level.POSTFIX)}`
    return this.text(node)
  }

  #members(members) {
    const { ts } = this
    const [only] = members
    if (members.length === 1 && ts.isIndexSignatureDeclaration(only) && only.parameters[0]?.type) {
      return primary(
        `Record<${this.text(only.parameters[0].type)}, ${only.type ? this.text(only.type) : 'any'}>`,
      )
    }
    const printed = members.map((member) => {
      if (ts.isCallSignatureDeclaration(member)) return this.signature(member)
      if (!ts.isPropertySignature(member) && !ts.isMethodSignature(member)) return collapse(member)
      const key = memberKey(ts, member)
      if (!ts.isMethodSignature(member)) return key + this.annotation(member.type, member.questionToken)
      return `${key}${member.questionToken ? '?' : ''}: ${this.signature(member)}`
    })
    return primary(printed.length === 0 ? '{}' : `{ ${printed.sort().join('; ')} }`)
  }
}

/** What a declaration's type parameters stand for where it is used with these arguments. */
export function bindTypeParameters(declaration, args, { component, bound }) {
  const result = new Map()
  declaration.typeParameters?.forEach((parameter, index) => {
    const node = args[index] ?? parameter.default
    if (node) result.set(parameter.name.text, { node, component, bound: args[index] ? bound : result })
  })
  return result
}

/** A member's name, whatever its quotes. */
export function memberKey(ts, member) {
  const { name } = member
  if (ts.isStringLiteral(name) || ts.isNoSubstitutionTemplateLiteral(name) || ts.isNumericLiteral(name))
    return name.text
  return ts.isIdentifier(name) ? name.text : collapse(name)
}

export function quote(text) {
  return `'${text.replace(/[\\']/g, '\\$&').replace(/\n/g, '\\n').replace(/\r/g, '\\r')}'`
}

function collapse(node) {
  return node.getText().replace(/\s+/g, ' ')
}

function letters(index) {
  return index < 26 ? String.fromCharCode(97 + index) : `p${index}`
}

function primary(text) {
  return { text, level: Level.PRIMARY }
}

function postfix(text) {
  return { text, level: Level.POSTFIX }
}

function parenthesise({ text, level }, least) {
  return level < least ? `(${text})` : text
}
