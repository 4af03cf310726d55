// The Options API: the objects that describe a component, and what made a component of each.
const BY_CALL = new Map([
  ['defineComponent', 0],
  ['default.extend', 0],
  ['default.component', 1],
  ['default.mixin', 0],
  ['createApp', 0],
])

export function optionsObjects(component) {
  const { ts, scope } = component
  const found = []
  const add = (expression, via) => {
    const object = expression && scope.valueOf(expression)
    if (object && ts.isObjectLiteralExpression(object) && found.every((each) => each.object !== object)) {
      found.push({ object, via })
    }
  }
  for (const node of component.nodes(ts.SyntaxKind.CallExpression, ts.SyntaxKind.NewExpression)) {
    const api = vueApi(component, node.expression)
    if (api === undefined) continue
    if (ts.isNewExpression(node)) {
      if (api === 'default') add(node.arguments?.[0], 'new Vue')
    } else if (BY_CALL.has(api)) add(node.arguments[BY_CALL.get(api)], api.replace('default.', 'Vue.'))
  }
  if (!component.isVue) return found
  for (const node of component.nodes(ts.SyntaxKind.ExportAssignment)) add(node.expression, 'export default')
  return found
}

// Vue 2 is also used as the global `Vue`, without an import.
function vueApi(component, expression) {
  const origin = component.scope.origin(expression)
  if (origin?.module === 'vue') return origin.name
  return origin?.module === null && /^Vue(?:\.|$)/.test(origin.name)
    ? origin.name.replace('Vue', 'default')
    : undefined
}

/** An options object's options by name: spread ones cannot be read. */
export function optionsOf(object, ts) {
  const found = new Map()
  for (const property of object.properties) {
    if (property.name && !ts.isComputedPropertyName(property.name)) found.set(property.name.text, property)
  }
  return found
}

export function optionValue(component, property) {
  const { ts, scope } = component
  if (property === undefined) return null
  if (ts.isPropertyAssignment(property)) return scope.valueOf(property.initializer)
  return ts.isShorthandPropertyAssignment(property) ? scope.valueOf(property.name) : property
}
