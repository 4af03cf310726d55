// The compiler macros of `<script setup>`: the compiler knows them by name, at the top level only.
export function macroCalls(component, name) {
  const { setup, ts } = component
  if (setup === null) return []
  return setup.source.statements
    .flatMap((statement) => macrosOf(statement, ts))
    .filter((macro) => macro.name === name)
}

/** A statement's macro calls, each with what it is assigned to and the defaults around it. */
function macrosOf(statement, ts) {
  if (ts.isExpressionStatement(statement)) return macro(statement.expression, null, ts)
  if (!ts.isVariableStatement(statement)) return []
  return statement.declarationList.declarations.flatMap((declaration) =>
    declaration.initializer ? macro(declaration.initializer, declaration.name, ts) : [],
  )
}

function macro(expression, target, ts) {
  const call = ts.skipOuterExpressions(expression)
  if (!ts.isCallExpression(call) || !ts.isIdentifier(call.expression)) return []
  const name = call.expression.text
  const found = { name, call, target, defaults: null }
  if (name !== 'withDefaults' || call.arguments.length === 0) return [found]
  const [inner] = macro(call.arguments[0], target, ts)
  return inner ? [{ ...inner, call: inner.call, defaults: call.arguments[1] ?? null }] : []
}
