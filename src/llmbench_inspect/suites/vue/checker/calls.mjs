// Calls of the scripts, with what they call by its own name.
import { ExpressionText } from './expression_text.mjs'
import { TypeText } from './type_text.mjs'

const MAX_CALLEE = 200
const MAX_ARGUMENTS = 8

const known = new WeakMap()

export function callsOf(component) {
  if (!known.has(component))
    known.set(
      component,
      component.nodes(component.ts.SyntaxKind.CallExpression).flatMap((call) => describe(component, call)),
    )
  return known.get(component)
}

function describe(component, call) {
  const { ts, scope } = component
  const origin = scope.origin(call.expression)
  if (origin === null || origin.name.length > MAX_CALLEE) return []
  const declaration = assignedTo(call, ts)
  return [
    {
      callee: origin.name,
      module: origin.module,
      name: declaration && ts.isIdentifier(declaration.name) ? declaration.name.text : null,
      type_args: (call.typeArguments ?? []).map((each) => new TypeText(each, component)),
      type: declaration?.type ? new TypeText(declaration.type, component) : null,
      arguments: call.arguments
        .slice(0, MAX_ARGUMENTS)
        .map((each) => new ExpressionText(component.textOf(each), ts)),
      top: isTopLevel(declaration ?? call, ts),
      line: component.line(call),
    },
  ]
}

function assignedTo(call, ts) {
  let node = call.parent
  while (
    ts.isAwaitExpression(node) ||
    ts.isAsExpression(node) ||
    ts.isParenthesizedExpression(node) ||
    ts.isNonNullExpression(node)
  ) {
    node = node.parent
  }
  return ts.isVariableDeclaration(node) ? node : null
}

function isTopLevel(node, ts) {
  let statement = node.parent
  while (ts.isVariableDeclarationList(statement) || ts.isAwaitExpression(statement))
    statement = statement.parent
  const plain = ts.isVariableStatement(statement) || ts.isExpressionStatement(statement)
  return plain && ts.isSourceFile(statement.parent)
}
