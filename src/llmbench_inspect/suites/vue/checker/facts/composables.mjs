// Fact: composables, functions named use...
import { namedFunctions, returnedNames, signatureOf } from '../signature.mjs'
import { membersOf } from '../type_members.mjs'
import { walkTree } from '../component.mjs'

export const summary = 'A function at the top level whose name is `use` and a capital letter.'

export const attributes = {
  name: 'its name',
  params: 'types by parameter, as for functions',
  returns: 'names of the object it returns',
  return_type: 'the return type it states, or null',
  return_members: 'the members of that type',
  type: 'the type of the constant that holds it, or null',
  type_params: 'names of its type parameters',
  async: 'whether it is async',
  exported: 'whether the file exports it',
  uses: "names of Vue's functions that it calls",
}

export function extract(component) {
  const { scope } = component
  return namedFunctions(component)
    .filter(({ name, top }) => top && /^use[A-Z0-9]/.test(name))
    .map(({ fn, name, owner }) => {
      const signature = signatureOf(component, fn, owner)
      return {
        name,
        ...signature,
        returns: returnedNames(component, fn),
        return_members: signature.return_type && membersOf(signature.return_type),
        exported: scope.exported.has(name),
        uses: vueCalls(component, fn),
        line: component.line(fn),
      }
    })
}

function vueCalls(component, fn) {
  const { ts, scope } = component
  const names = new Set()
  walkTree(fn.body, ts, (node) => {
    if (ts.isCallExpression(node)) names.add(scope.vueApi(node.expression))
  })
  return [...names].filter((name) => name !== null)
}
