// Fact: directives of the template.
import { ExpressionText } from '../expression_text.mjs'
import { argumentOf, directivesOf } from '../template.mjs'

export const summary = 'A directive of the template: `v-if`, `:title`, `@click`, `#item`, `v-focus`, ...'

export const attributes = {
  name: 'without `v-`: `if`, `for`, `bind` (`:`), `on` (`@`), `model`, `slot` (`#`), `focus`, ...',
  argument: 'what follows the colon, as written; null where there is none or it is computed',
  modifiers: 'its modifiers, such as `prevent`',
  expression: 'its value, or null',
  element: 'the tag it is on',
}

export function extract(component) {
  return component.elements.flatMap(({ node }) =>
    directivesOf(node).map((directive) => ({
      name: directive.name,
      argument: argumentOf(directive) ?? null,
      modifiers: directive.modifiers.map(({ content }) => content),
      expression: directive.exp ? new ExpressionText(directive.exp.content, component.ts) : null,
      element: node.tag,
      line: component.lineAt(directive.loc.start.offset),
    })),
  )
}
