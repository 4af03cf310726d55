// Fact: slots that the component declares by type.
import { macroCalls } from '../macros.mjs'
import { membersOf } from '../type_members.mjs'
import { TypeText } from '../type_text.mjs'

export const summary = 'A slot of a `defineSlots` type.'

export const attributes = {
  name: 'name of the slot',
  optional: 'whether the parent may leave it out',
  props: 'type of the slot props; null where it takes none',
  members: 'the slot props by name',
}

export function extract(component) {
  return macroCalls(component, 'defineSlots').flatMap(({ call }) => {
    const [argument] = call.typeArguments ?? []
    const slots = argument ? membersOf(new TypeText(argument, component)) : null
    return Object.entries(slots ?? {}).map(([key, slot]) => {
      const type = slotProps(slot)
      return {
        name: key.replace(/\?$/, ''),
        optional: key.endsWith('?'),
        props: type,
        members: type && membersOf(type),
        line: component.line(call),
      }
    })
  })
}

function slotProps({ node, component, bound }) {
  if (!component.ts.isFunctionTypeNode(node)) return null
  const [parameter] = node.parameters
  return parameter?.type ? new TypeText(parameter.type, component, { bound }) : null
}
