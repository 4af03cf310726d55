// Fact: type parameters of a generic component.
import { TypeText } from '../type_text.mjs'

export const summary = 'A type parameter of `<script setup generic="...">`.'

export const attributes = {
  name: 'its name',
  constraint: 'the type it extends, or null',
  default: 'the type it has where none is given, or null',
}

export function extract(component) {
  const { setup, ts } = component
  const generic = setup?.attributes.generic
  if (typeof generic !== 'string') return []
  const source = ts.createSourceFile('generic.ts', `type _<${generic}> = 0`, ts.ScriptTarget.Latest, true)
  const [alias] = source.statements
  const { offset } = setup.node.props.find((prop) => prop.name === 'generic').loc.start
  return (alias.typeParameters ?? []).map((each) => ({
    name: each.name.text,
    constraint: each.constraint ? new TypeText(each.constraint, component) : null,
    default: each.default ? new TypeText(each.default, component) : null,
    line: component.lineAt(offset),
  }))
}
