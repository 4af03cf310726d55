// Fact: slots that the template renders.
import { TagType, argumentOf, attributesOf, camelize, directivesOf } from '../template.mjs'

export const summary = 'A `<slot>` of the template.'

export const attributes = {
  name: 'name of the slot; null where it is computed',
  props: 'names of the slot props it passes',
}

export function extract(component) {
  return component.elements
    .filter(({ node }) => node.tagType === TagType.SLOT)
    .map(({ node }) => {
      const fixed = attributesOf(node)
      const bound = directivesOf(node, 'bind')
      const computed = bound.some((directive) => argumentOf(directive) === 'name')
      const names = [...fixed.map((attribute) => attribute.name), ...bound.map(argumentOf)]
      return {
        name: computed
          ? null
          : (fixed.find((attribute) => attribute.name === 'name')?.value?.content ?? 'default'),
        props: names.filter((name) => name !== undefined && name !== 'name' && name !== 'key').map(camelize),
        line: component.lineAt(node.loc.start.offset),
      }
    })
}
