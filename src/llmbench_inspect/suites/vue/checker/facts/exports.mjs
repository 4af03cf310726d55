// Fact: exports.
export const summary = 'A name that the file exports; a component itself is exported without saying so.'

export const attributes = {
  name: 'the exported name; `default`, or `*` for all of another module',
  local: "the name in this file, or in the module it comes from; null for a default export's expression",
  module: 'the module it is passed on from, or null',
  file: "the project's file that the module leads to, or null",
  kind: '`interface`, `type`, `enum`, `class`, `function`, `variable`, `expression`; null where it is declared elsewhere',
}

export function extract(component) {
  const { ts, scope, path, project } = component
  const own = [...scope.exported].map(([local, name]) => {
    const declaration = scope.types.get(local)?.[0] ?? scope.values.get(local)
    return {
      name,
      local,
      module: null,
      file: null,
      kind: kindOf(declaration, ts),
      line: declaration ? component.line(declaration) : 1,
    }
  })
  const passed = component.nodes(ts.SyntaxKind.ExportDeclaration).flatMap((node) => {
    if (!node.moduleSpecifier || !ts.isStringLiteral(node.moduleSpecifier)) return []
    const module = node.moduleSpecifier.text
    const common = { module, file: project.resolve(path, module), kind: null, line: component.line(node) }
    const clause = node.exportClause
    if (!clause || ts.isNamespaceExport(clause))
      return [{ name: clause?.name.text ?? '*', local: '*', ...common }]
    return clause.elements.map((each) => ({
      name: each.name.text,
      local: (each.propertyName ?? each.name).text,
      ...common,
    }))
  })
  const expressions = component
    .nodes(ts.SyntaxKind.ExportAssignment)
    .filter((node) => !ts.isIdentifier(node.expression))
    .map((node) => ({
      name: 'default',
      local: null,
      module: null,
      file: null,
      kind: 'expression',
      line: component.line(node),
    }))
  return [...own, ...passed, ...expressions]
}

function kindOf(node, ts) {
  if (node === undefined) return null
  if (ts.isInterfaceDeclaration(node)) return 'interface'
  if (ts.isTypeAliasDeclaration(node)) return 'type'
  if (ts.isEnumDeclaration(node)) return 'enum'
  if (ts.isClassDeclaration(node)) return 'class'
  return ts.isFunctionDeclaration(node) ? 'function' : 'variable'
}
