// A function's outside: its parameters, its return type, and what it returns.
import { TypeText } from './type_text.mjs'

/** Every function of the scripts that has a name, with the name. */
export function namedFunctions(component) {
  const { ts } = component
  const { SyntaxKind: kind } = ts
  const nodes = component.nodes(
    kind.FunctionDeclaration,
    kind.FunctionExpression,
    kind.ArrowFunction,
    kind.MethodDeclaration,
  )
  return nodes.flatMap((fn) => {
    const owner = ownerOf(fn, ts)
    const name = (ts.isFunctionDeclaration(fn) ? fn.name : owner?.name) ?? null
    if (name === null || ts.isComputedPropertyName(name) || name.text === undefined || !fn.body) return []
    return [{ fn, name: name.text, owner, top: isTopLevel(owner, ts) }]
  })
}

export function signatureOf(component, fn, owner) {
  const { ts } = component
  const params = Object.create(null)
  fn.parameters.forEach((parameter, index) => {
    const name = ts.isIdentifier(parameter.name) ? parameter.name.text : `arg${index}`
    if (name === 'this') return
    const optional = parameter.questionToken !== undefined || parameter.initializer !== undefined
    params[`${parameter.dotDotDotToken ? '...' : ''}${name}${optional ? '?' : ''}`] = parameterType(
      component,
      parameter,
      optional,
    )
  })
  return {
    params,
    return_type: fn.type ? new TypeText(fn.type, component) : null,
    type: owner && ts.isVariableDeclaration(owner) && owner.type ? new TypeText(owner.type, component) : null,
    type_params: (fn.typeParameters ?? []).map((each) => each.name.text),
    async: (ts.getModifiers(fn) ?? []).some((modifier) => modifier.kind === ts.SyntaxKind.AsyncKeyword),
  }
}

/** The names that a function's returned object has, through a constant or a call such as `reactive({...})`. */
export function returnedNames(component, fn) {
  const { ts } = component
  const names = new Set()
  for (const expression of returnedExpressions(fn, ts)) {
    let object = component.scope.valueOf(expression)
    for (let hops = 0; hops < 3 && ts.isCallExpression(object) && object.arguments.length > 0; hops++) {
      object = component.scope.valueOf(object.arguments[0])
    }
    if (!ts.isObjectLiteralExpression(object)) continue
    for (const property of object.properties) {
      if (property.name?.text !== undefined) names.add(property.name.text)
    }
  }
  return [...names]
}

function returnedExpressions(fn, ts) {
  if (!ts.isBlock(fn.body)) return [fn.body]
  const found = []
  const waiting = [fn.body]
  while (waiting.length > 0) {
    const node = waiting.pop()
    if (ts.isReturnStatement(node) && node.expression) found.push(node.expression)
    ts.forEachChild(node, (child) => {
      if (!ts.isFunctionLike(child)) waiting.push(child)
    })
  }
  return found
}

function parameterType(component, parameter, optional) {
  const { ts } = component
  if (parameter.type) return new TypeText(parameter.type, component, { optional })
  const { initializer } = parameter
  if (initializer === undefined) return null
  if (ts.isStringLiteralLike(initializer)) return TypeText.of('string', ts)
  if (ts.isNumericLiteral(initializer)) return TypeText.of('number', ts)
  const { TrueKeyword, FalseKeyword } = ts.SyntaxKind
  return [TrueKeyword, FalseKeyword].includes(initializer.kind) ? TypeText.of('boolean', ts) : null
}

function ownerOf(fn, ts) {
  if (ts.isFunctionDeclaration(fn) || ts.isMethodDeclaration(fn)) return fn
  let node = fn.parent
  while (ts.isParenthesizedExpression(node) || ts.isAsExpression(node) || ts.isSatisfiesExpression(node))
    node = node.parent
  const isOwner =
    ts.isVariableDeclaration(node) || ts.isPropertyAssignment(node) || ts.isPropertyDeclaration(node)
  return isOwner ? node : null
}

function isTopLevel(owner, ts) {
  if (ts.isFunctionDeclaration(owner)) return ts.isSourceFile(owner.parent)
  return (
    ts.isVariableDeclaration(owner) &&
    ts.isVariableStatement(owner.parent.parent) &&
    ts.isSourceFile(owner.parent.parent.parent)
  )
}
