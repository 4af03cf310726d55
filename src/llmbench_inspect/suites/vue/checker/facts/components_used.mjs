// Fact: components that the template uses.
import { ExpressionText } from '../expression_text.mjs'
import { TagType, argumentOf, attributesOf, camelize, directivesOf, pascalize } from '../template.mjs'
import { quote } from '../type_printer.mjs'

export const summary = 'A component of the template, each time it is used.'

export const attributes = {
  name: 'its name: the imported one where it was renamed, in PascalCase however the tag is written',
  tag: 'the tag as written',
  module: 'the module it is imported from, or null',
  file: "the project's file that the module leads to, or null",
  props:
    'values by prop, in camelCase: `{"variant": "\'primary\'", "items": "users"}`, attributes such as `class` among them',
  events: 'names of the events it listens to, in camelCase',
  models: 'names of its `v-model`s, `modelValue` for the one without a name',
  slots: 'names of the slots it fills',
}

export function extract(component) {
  return component.elements
    .filter(({ node }) => node.tagType === TagType.COMPONENT)
    .map(({ node }) => {
      const imported = importOf(component, node.tag)
      const renamed = imported && !['default', '*'].includes(imported.name)
      return {
        name: renamed ? imported.name : pascalize(node.tag),
        tag: node.tag,
        module: imported?.module ?? null,
        file: imported ? component.project.resolve(component.path, imported.module) : null,
        props: propsOf(node, component.ts),
        events: namesOf(node, 'on'),
        models: directivesOf(node, 'model').map((each) => camelize(argumentOf(each) ?? 'modelValue')),
        slots: slotsOf(node),
        line: component.lineAt(node.loc.start.offset),
      }
    })
}

function importOf({ scope }, tag) {
  const [root] = tag.split('.')
  return (
    scope.imports.get(root) ?? scope.imports.get(camelize(root)) ?? scope.imports.get(pascalize(root)) ?? null
  )
}

function propsOf(node, ts) {
  const props = Object.create(null)
  for (const { name, value } of attributesOf(node)) {
    props[camelize(name)] = new ExpressionText(value ? quote(value.content) : 'true', ts)
  }
  for (const directive of directivesOf(node, 'bind')) {
    const name = argumentOf(directive)
    if (name !== undefined)
      props[camelize(name)] = new ExpressionText(directive.exp?.content ?? camelize(name), ts)
  }
  return props
}

function namesOf(node, directive) {
  return directivesOf(node, directive)
    .map(argumentOf)
    .filter((name) => name !== undefined)
    .map(camelize)
}

function slotsOf(node) {
  const own = directivesOf(node, 'slot')
  if (own.length > 0) return own.map((each) => argumentOf(each) ?? 'default')
  const names = new Set()
  for (const child of node.children) {
    const isText = child.type === 2 && child.content.trim() === ''
    if (child.type === 3 || isText) continue
    const slot = child.tagType === TagType.TEMPLATE ? directivesOf(child, 'slot')[0] : undefined
    names.add(slot ? (argumentOf(slot) ?? 'default') : 'default')
  }
  return [...names]
}
