// Fact: options of the Options API.
import { optionsObjects, optionsOf } from '../options_object.mjs'

const STATE = [
  'data',
  'computed',
  'methods',
  'watch',
  'provide',
  'inject',
  'mixins',
  'extends',
  'filters',
  'model',
  'fetch',
  'asyncData',
]
const LIFECYCLE =
  /^(?:before(?:Create|Mount|Update|Unmount|Destroy)|created|mounted|updated|unmounted|destroyed|activated|deactivated|errorCaptured|renderTracked|renderTriggered|serverPrefetch)$/

export const summary = 'An option of a component made of options; `defineOptions` is not among them.'

export const attributes = {
  name: 'the option: `data`, `computed`, `mounted`, ...',
  kind: '`state` (data, computed, methods, watch, mixins, ...), `lifecycle`, or `declaration` (name, props, emits, components, setup, ...)',
  via: 'what made the component: `export default`, `defineComponent`, `Vue.extend`, `new Vue`, ...',
  names: 'what the option declares: names of its methods, computed values, data, ...',
}

export function extract(component) {
  const { ts } = component
  return optionsObjects(component).flatMap(({ object, via }) =>
    [...optionsOf(object, ts)].map(([name, property]) => ({
      name,
      kind: STATE.includes(name) ? 'state' : LIFECYCLE.test(name) ? 'lifecycle' : 'declaration',
      via,
      names: declared(property, ts),
      line: component.line(property),
    })),
  )
}

function declared(property, ts) {
  let value = property.initializer ? ts.skipOuterExpressions(property.initializer) : property
  if (value.body) {
    const returned = ts.isBlock(value.body)
      ? value.body.statements.find(ts.isReturnStatement)?.expression
      : value.body
    if (returned) value = ts.skipOuterExpressions(returned)
  }
  if (ts.isArrayLiteralExpression(value))
    return value.elements.filter(ts.isStringLiteralLike).map((each) => each.text)
  return ts.isObjectLiteralExpression(value) ? value.properties.flatMap((each) => each.name?.text ?? []) : []
}
