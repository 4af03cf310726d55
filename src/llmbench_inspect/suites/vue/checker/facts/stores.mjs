// Fact: Pinia stores.
import { optionValue, optionsOf } from '../options_object.mjs'
import { returnedNames } from '../signature.mjs'
import { TypeText } from '../type_text.mjs'

const STATE = new Set(['ref', 'shallowRef', 'reactive', 'shallowReactive', 'customRef', 'toRef'])

export const summary = "A call of Pinia's `defineStore`."

export const attributes = {
  name: 'the constant that holds it, or null',
  id: 'its id',
  kind: '`setup` or `options`',
  state: 'names of its state',
  getters: 'names of its getters: of a setup store, the computed values it returns',
  actions: 'names of its actions: of a setup store, the functions it returns',
  state_type: 'the return type that the `state` option states, or null',
  exported: 'whether the file exports it',
}

export function extract(component) {
  const { ts, scope } = component
  return component.nodes(ts.SyntaxKind.CallExpression).flatMap((call) => {
    const origin = scope.origin(call.expression)
    if (origin?.name !== 'defineStore' || !['pinia', '#imports'].includes(origin.module)) return []
    const [first, second] = call.arguments
    const named = first !== undefined && ts.isStringLiteralLike(first)
    const given = named ? second : first
    const value = given ? scope.valueOf(given) : null
    const declaration = call.parent
    const name =
      ts.isVariableDeclaration(declaration) && ts.isIdentifier(declaration.name)
        ? declaration.name.text
        : null
    const common = {
      name,
      id: named ? first.text : null,
      exported: name !== null && scope.exported.has(name),
      line: component.line(call),
    }
    if (value && ts.isFunctionLike(value))
      return [{ ...common, kind: 'setup', ...ofSetup(component, value), state_type: null }]
    if (value && ts.isObjectLiteralExpression(value))
      return [{ ...common, kind: 'options', ...ofOptions(component, value, common.id) }]
    return []
  })
}

function ofOptions(component, object, id) {
  const { ts } = component
  const options = optionsOf(object, ts)
  const state = optionValue(component, options.get('state'))
  const idOption = optionValue(component, options.get('id'))
  return {
    id: id ?? (idOption && ts.isStringLiteralLike(idOption) ? idOption.text : null),
    state: state && ts.isFunctionLike(state) && state.body ? returnedNames(component, state) : [],
    getters: keys(component, options.get('getters')),
    actions: keys(component, options.get('actions')),
    state_type: state?.type ? new TypeText(state.type, component) : null,
  }
}

function keys(component, property) {
  const object = optionValue(component, property)
  if (object === null || !component.ts.isObjectLiteralExpression(object)) return []
  return object.properties.flatMap((each) => each.name?.text ?? [])
}

function ofSetup(component, fn) {
  const found = { state: [], getters: [], actions: [] }
  const kinds = component.ts.isBlock(fn.body) ? localKinds(component, fn.body) : new Map()
  for (const name of returnedNames(component, fn)) found[kinds.get(name) ?? 'state'].push(name)
  return found
}

function localKinds(component, body) {
  const { ts, scope } = component
  const kinds = new Map()
  for (const statement of body.statements) {
    if (ts.isFunctionDeclaration(statement) && statement.name) kinds.set(statement.name.text, 'actions')
    if (!ts.isVariableStatement(statement)) continue
    for (const { name, initializer } of statement.declarationList.declarations) {
      if (!ts.isIdentifier(name) || !initializer) continue
      const value = ts.skipOuterExpressions(initializer)
      const api = ts.isCallExpression(value) ? scope.vueApi(value.expression) : null
      if (ts.isFunctionLike(value)) kinds.set(name.text, 'actions')
      else if (api === 'computed') kinds.set(name.text, 'getters')
      else if (STATE.has(api)) kinds.set(name.text, 'state')
    }
  }
  return kinds
}
