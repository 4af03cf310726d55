// Fact: what the component exposes to its parent.
import { macroCalls } from '../macros.mjs'
import { TypeText } from '../type_text.mjs'

export const summary = 'A `defineExpose` call.'

export const attributes = {
  names: 'what it exposes',
  type: 'its type argument, or null',
}

export function extract(component) {
  const { ts, scope } = component
  return macroCalls(component, 'defineExpose').map(({ call }) => {
    const object = call.arguments[0] && scope.valueOf(call.arguments[0])
    const properties = object && ts.isObjectLiteralExpression(object) ? object.properties : []
    const [argument] = call.typeArguments ?? []
    return {
      names: properties.flatMap((each) => each.name?.text ?? []),
      type: argument ? new TypeText(argument, component) : null,
      line: component.line(call),
    }
  })
}
