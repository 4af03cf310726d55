// Fact: calls.
import { callsOf } from '../calls.mjs'

export const summary =
  'A call of a function, or of a method of something with a name; macros and auto-imports among them.'

export const attributes = {
  callee: 'what is called: the imported name (`useFetch`), or the path of names (`axios.get`, `router.push`)',
  module:
    "where it is imported from, `vue` for all of Vue's functions, `#imports` for Nuxt's auto-imports; else null",
  name: 'the constant it is assigned to, or null',
  type_args: 'its type arguments',
  type: 'the type that the constant states, or null',
  arguments: 'its arguments',
  top: 'whether it stands at the top level of a script',
}

export function extract(component) {
  return callsOf(component)
}
