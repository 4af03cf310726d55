// Fact: two-way bindings that the component offers.
import { ExpressionText } from '../expression_text.mjs'
import { macroCalls } from '../macros.mjs'
import { runtimeProp } from '../runtime_types.mjs'
import { TypeText } from '../type_text.mjs'

export const summary = 'A `defineModel` call.'

export const attributes = {
  name: 'the model, `modelValue` where it has no name',
  type: 'its type, from the type argument or the runtime declaration; null where it has none',
  typed: 'whether the type is given as an argument',
  required: 'whether it is `required: true`',
  default: 'its default value, or null',
  variable: 'the constant that holds it, or null',
}

export function extract(component) {
  const { ts, scope } = component
  return macroCalls(component, 'defineModel').map(({ call, target }) => {
    const [first] = call.arguments
    const named = first !== undefined && ts.isStringLiteralLike(first)
    const options = call.arguments[named ? 1 : 0]
    const object = options ? scope.valueOf(options) : null
    const runtime = object === null ? null : runtimeProp(component, object)
    const hasType =
      object !== null &&
      ts.isObjectLiteralExpression(object) &&
      object.properties.some((each) => each.name?.text === 'type')
    const [argument] = call.typeArguments ?? []
    return {
      name: named ? first.text : 'modelValue',
      type: argument ? new TypeText(argument, component) : hasType ? runtime.type : null,
      typed: argument !== undefined,
      required: runtime?.required ?? false,
      default: runtime?.value ? new ExpressionText(component.textOf(runtime.value), ts) : null,
      variable: target !== null && ts.isIdentifier(target) ? target.text : null,
      line: component.line(call),
    }
  })
}
