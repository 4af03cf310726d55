// Fact: imports.
export const summary = 'An import statement.'

export const attributes = {
  module: 'the module, as it is written',
  file: "the project's file that it leads to, or null",
  names: 'what it imports, by the names in the module; `default` and `*` among them',
  locals: 'the same by the names in this file',
  types: 'those of `names` that are imported as types only',
  type_only: 'whether all it imports are types',
}

export function extract(component) {
  const { ts, path, project } = component
  return component.nodes(ts.SyntaxKind.ImportDeclaration).flatMap((node) => {
    if (!ts.isStringLiteral(node.moduleSpecifier)) return []
    const module = node.moduleSpecifier.text
    const bindings = bindingsOf(node.importClause, ts)
    return {
      module,
      file: project.resolve(path, module),
      names: bindings.map(({ name }) => name),
      locals: bindings.map(({ local }) => local),
      types: bindings.filter(({ typeOnly }) => typeOnly).map(({ name }) => name),
      type_only: bindings.length > 0 && bindings.every(({ typeOnly }) => typeOnly),
      line: component.line(node),
    }
  })
}

function bindingsOf(clause, ts) {
  if (!clause) return []
  const found = clause.name ? [{ name: 'default', local: clause.name.text, typeOnly: clause.isTypeOnly }] : []
  const named = clause.namedBindings
  if (!named) return found
  if (ts.isNamespaceImport(named))
    return [...found, { name: '*', local: named.name.text, typeOnly: clause.isTypeOnly }]
  const each = named.elements.map((element) => ({
    name: (element.propertyName ?? element.name).text,
    local: element.name.text,
    typeOnly: clause.isTypeOnly || element.isTypeOnly,
  }))
  return [...found, ...each]
}
