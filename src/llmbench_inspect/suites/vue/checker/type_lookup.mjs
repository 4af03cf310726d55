// Where a type's name is declared: in the file, or behind imports and re-exports of the project's files.
const MAX_HOPS = 12

/** The declarations of a name, and the component that holds them; null where it is none of the project's. */
export function lookUpType(component, name, hops = MAX_HOPS) {
  const { scope } = component
  const own = scope.types.get(name)
  if (own) return { component, declarations: own }
  const imported = scope.imports.get(name)
  if (!imported || hops === 0) return null
  return exportedType(component, imported.module, imported.name, hops - 1)
}

function exportedType(from, module, name, hops) {
  const path = from.project.resolve(from.path, module)
  const component = path === null ? null : from.project.component(path)
  if (component === null || hops < 0) return null
  const { scope, ts } = component
  for (const [local, exported] of scope.exported) {
    if (exported !== name) continue
    const found = lookUpType(component, local, hops)
    if (found) return found
  }
  for (const node of component.nodes(ts.SyntaxKind.ExportDeclaration)) {
    if (!node.moduleSpecifier || !ts.isStringLiteral(node.moduleSpecifier)) continue
    const clause = node.exportClause
    const original = clause === undefined ? name : originalName(ts, clause, name)
    const found = original && exportedType(component, node.moduleSpecifier.text, original, hops - 1)
    if (found) return found
  }
  return null
}

function originalName(ts, clause, name) {
  if (!ts.isNamedExports(clause)) return null
  const each = clause.elements.find((element) => element.name.text === name)
  return each ? (each.propertyName ?? each.name).text : null
}
