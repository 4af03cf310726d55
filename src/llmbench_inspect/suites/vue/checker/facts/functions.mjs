// Fact: functions with a name.
import { namedFunctions, signatureOf } from '../signature.mjs'

const KINDS = {
  FunctionDeclaration: 'function',
  FunctionExpression: 'function',
  ArrowFunction: 'arrow',
  MethodDeclaration: 'method',
}

export const summary = 'A function with a name: declared, held by a constant or a property, or a method.'

export const attributes = {
  name: 'its name',
  kind: '`function`, `arrow` or `method`',
  params:
    'types by parameter, `count?` for one that may be left out, `...rest`, `arg0` for a destructured one; null where untyped',
  return_type: 'the return type it states, or null',
  type: 'the type of the constant that holds it, or null',
  type_params: 'names of its type parameters',
  async: 'whether it is async',
  exported: 'whether the file exports it by this name',
  top: 'whether it stands at the top level of the script',
}

export function extract(component) {
  const { ts, scope } = component
  return namedFunctions(component).map(({ fn, name, owner, top }) => ({
    name,
    kind: KINDS[ts.SyntaxKind[fn.kind]],
    ...signatureOf(component, fn, owner),
    exported: top && scope.exported.has(name),
    top,
    line: component.line(fn),
  }))
}
