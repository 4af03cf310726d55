// Fact: calls of Vue's functions.
import { callsOf } from '../calls.mjs'

export const summary =
  "A call of one of Vue's functions: `ref`, `computed`, `watch`, `onMounted`, `provide`, `inject`, `nextTick`, ..."

export const attributes = {
  callee: "the function, by Vue's own name for it",
  name: 'the constant it is assigned to, or null',
  type_args: 'its type arguments',
  type: 'the type that the constant states, or null',
  arguments: 'its arguments',
  top: 'whether it stands at the top level of a script',
}

export function extract(component) {
  return callsOf(component)
    .filter(({ module }) => module === 'vue')
    .map(({ module, ...call }) => call)
}
