// Fact: constants and variables at the top level.
import { ExpressionText } from '../expression_text.mjs'
import { TypeText } from '../type_text.mjs'

export const summary = 'A constant or variable at the top level of a script.'

export const attributes = {
  name: 'its name',
  kind: '`const`, `let` or `var`',
  type: 'the type it states, or null',
  value: 'what it is made with, or null',
  exported: 'whether the file exports it',
}

export function extract(component) {
  const { ts, scope } = component
  return component.blocks.flatMap(({ source }) =>
    source.statements.filter(ts.isVariableStatement).flatMap(({ declarationList: list }) =>
      list.declarations
        .filter((each) => ts.isIdentifier(each.name))
        .map((each) => ({
          name: each.name.text,
          kind: list.flags & ts.NodeFlags.Const ? 'const' : list.flags & ts.NodeFlags.Let ? 'let' : 'var',
          type: each.type ? new TypeText(each.type, component) : null,
          value: each.initializer ? new ExpressionText(component.textOf(each.initializer), ts) : null,
          exported: scope.exported.has(each.name.text),
          line: component.line(each),
        })),
    ),
  )
}
