// Fact: how the component declares its props.
import { ExpressionText } from '../expression_text.mjs'
import { macroCalls } from '../macros.mjs'
import { optionValue, optionsObjects, optionsOf } from '../options_object.mjs'
import { runtimeProps } from '../runtime_types.mjs'
import { membersOf } from '../type_members.mjs'
import { TypeText } from '../type_text.mjs'

export const summary = 'A declaration of props: `defineProps`, or the `props` option.'

export const attributes = {
  name: 'name of the type given to `defineProps`; null where it is written in place or given at runtime',
  type: 'the type given to `defineProps`',
  members: 'props by name with their types, `count?` for an optional one; from a runtime declaration as well',
  defaults: 'default values by prop, of `withDefaults`, of destructuring or of a runtime declaration',
  runtime: 'whether declared by an array or object rather than by a type',
  typed: 'the opposite of `runtime`',
  via: '`defineProps`, or what made the component of options: `export default`, `defineComponent`, `Vue.extend`, ...',
  with_defaults: 'whether in `withDefaults`',
  destructured: 'whether the props are destructured',
  variable: 'the constant that holds the props, or null',
}

export function extract(component) {
  return [
    ...macroCalls(component, 'defineProps').map((macro) => fromMacro(component, macro)),
    ...fromOptions(component),
  ]
}

function fromMacro(component, { call, target, defaults }) {
  const { ts, scope } = component
  const argument = call.typeArguments?.[0]
  const destructured = target !== null && ts.isObjectBindingPattern(target)
  const given = call.arguments[0] && scope.valueOf(call.arguments[0])
  const runtime = given ? runtimeProps(component, given) : { members: null, defaults: Object.create(null) }
  const type = argument ? new TypeText(argument, component) : null
  return {
    name: argument && ts.isTypeReferenceNode(argument) ? scope.typeName(argument.typeName) : null,
    type,
    members: type ? membersOf(type) : runtime.members,
    defaults: Object.assign(
      runtime.defaults,
      destructured ? destructuredDefaults(component, target) : {},
      defaults ? givenDefaults(component, scope.valueOf(defaults)) : {},
    ),
    runtime: type === null,
    typed: type !== null,
    via: 'defineProps',
    with_defaults: defaults !== null,
    destructured,
    variable: target !== null && ts.isIdentifier(target) ? target.text : null,
    line: component.line(call),
  }
}

function fromOptions(component) {
  return optionsObjects(component).flatMap(({ object, via }) => {
    const property = optionsOf(object, component.ts).get('props')
    const value = optionValue(component, property)
    if (value === null) return []
    const common = {
      name: null,
      type: null,
      runtime: true,
      typed: false,
      with_defaults: false,
      destructured: false,
      variable: null,
    }
    return [{ ...common, ...runtimeProps(component, value), via, line: component.line(property) }]
  })
}

function destructuredDefaults(component, pattern) {
  const found = Object.create(null)
  for (const element of pattern.elements) {
    const { text } = element.propertyName ?? element.name
    if (element.initializer && text !== undefined)
      found[text] = new ExpressionText(component.textOf(element.initializer), component.ts)
  }
  return found
}

function givenDefaults(component, object) {
  const found = Object.create(null)
  if (!component.ts.isObjectLiteralExpression(object)) return found
  for (const property of object.properties) {
    const value = property.initializer ?? property
    if (property.name?.text !== undefined)
      found[property.name.text] = new ExpressionText(component.textOf(value), component.ts)
  }
  return found
}
