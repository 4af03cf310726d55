// Fact: interfaces and type aliases.
import { TypeText } from '../type_text.mjs'
import { membersOfDeclaration } from '../type_members.mjs'

export const summary = 'An interface or a type alias that the file declares.'

export const attributes = {
  name: 'its name',
  kind: '`interface` or `type`',
  members: 'members by name, those it extends or intersects among them; null where the type is no object',
  extends: 'the types that an interface extends',
  type: 'what an alias stands for; null for an interface',
  exported: 'whether the file exports it',
  type_params: 'names of its type parameters',
}

export function extract(component) {
  const { ts, scope } = component
  const { InterfaceDeclaration, TypeAliasDeclaration } = ts.SyntaxKind
  return component.nodes(InterfaceDeclaration, TypeAliasDeclaration).map((node) => ({
    name: node.name.text,
    kind: node.kind === InterfaceDeclaration ? 'interface' : 'type',
    members: membersOfDeclaration(node, component),
    extends: (node.heritageClauses ?? []).flatMap((clause) =>
      clause.types.map((type) => new TypeText(type, component)),
    ),
    type: node.kind === TypeAliasDeclaration ? new TypeText(node.type, component) : null,
    exported: scope.exported.has(node.name.text),
    type_params: (node.typeParameters ?? []).map((each) => each.name.text),
    line: component.line(node),
  }))
}
