// What a name in a script stands for: aliases, namespaces, shadowing and auto-imports, resolved in one place.
const FOLLOWED = 8

/** Where a name comes from: `module` null for what the file declares itself. */
export class Scope {
  #component
  #ts
  #declared = new Map()
  #around = new Map()

  constructor(component) {
    this.#component = component
    this.#ts = component.ts
    this.imports = new Map()
    this.values = new Map()
    this.types = new Map()
    this.exported = new Map()
    for (const block of component.blocks) {
      for (const statement of block.source.statements) this.#addStatement(statement)
    }
  }

  /** The callee of a call or the tag of a type, as {module, name}: `c()` of `computed as c` is vue's computed. */
  origin(expression, depth = FOLLOWED) {
    const ts = this.#ts
    const node = ts.skipOuterExpressions(expression)
    if (ts.isIdentifier(node)) return this.#originOfName(node, depth)
    if (!ts.isPropertyAccessExpression(node)) return null
    const owner = this.origin(node.expression, depth)
    if (owner === null) return null
    const name = owner.name === '*' ? node.name.text : `${owner.name}.${node.name.text}`
    return this.#canonical(owner.module, name)
  }

  /** The name of an API of Vue where the expression is one, however it was imported; else null. */
  vueApi(expression) {
    const origin = this.origin(expression)
    return origin?.module === 'vue' ? origin.name : null
  }

  /** A type's own name: an import's where it was renamed, without Vue's namespace. */
  typeName(entityName) {
    const ts = this.#ts
    if (ts.isIdentifier(entityName)) {
      const imported = this.imports.get(entityName.text)
      return imported && !['default', '*'].includes(imported.name) ? imported.name : entityName.text
    }
    const left = this.typeName(entityName.left)
    const namespace = ts.isIdentifier(entityName.left) && this.imports.get(entityName.left.text)
    return namespace && namespace.name === '*' ? entityName.right.text : `${left}.${entityName.right.text}`
  }

  /** The expression a top-level constant is made with, through further constants. */
  valueOf(expression, depth = FOLLOWED) {
    const ts = this.#ts
    const node = ts.skipOuterExpressions(expression)
    if (!ts.isIdentifier(node) || depth === 0) return node
    const declaration = this.#declaration(node)
    const initializer = declaration && ts.isVariableDeclaration(declaration) && declaration.initializer
    return initializer && ts.isIdentifier(declaration.name) ? this.valueOf(initializer, depth - 1) : node
  }

  #originOfName(node, depth) {
    const ts = this.#ts
    const declaration = this.#declaration(node)
    if (declaration === undefined) {
      const imported = this.imports.get(node.text)
      return imported ? this.#canonical(imported.module, imported.name) : this.#undeclared(node.text)
    }
    const local = { module: null, name: node.text }
    if (depth === 0) return local
    if (
      ts.isVariableDeclaration(declaration) &&
      ts.isIdentifier(declaration.name) &&
      declaration.initializer
    ) {
      const value = ts.skipOuterExpressions(declaration.initializer)
      if (!ts.isIdentifier(value) && !ts.isPropertyAccessExpression(value)) return local
      const origin = this.origin(value, depth - 1)
      return origin?.module == null ? local : origin
    }
    if (ts.isBindingElement(declaration) && ts.isVariableDeclaration(declaration.parent.parent)) {
      const { initializer } = declaration.parent.parent
      const key = declaration.propertyName ?? declaration.name
      if (!initializer || !ts.isIdentifier(key)) return local
      const owner = ts.isIdentifier(initializer) ? this.origin(initializer, depth - 1) : null
      return owner?.name === '*' ? this.#canonical(owner.module, key.text) : local
    }
    return local
  }

  #undeclared(name) {
    if (!this.#component.project.nuxt) return { module: null, name }
    return this.#canonical('#imports', name)
  }

  #canonical(module, name) {
    if (
      /^(?:vue\/dist\/.*|vue-demi|@vue\/(?:runtime-core|runtime-dom|reactivity|composition-api))$/.test(
        module ?? '',
      )
    ) {
      return { module: 'vue', name }
    }
    if (module !== '#imports') return { module, name }
    return { module: this.#component.project.libraries.vueNames.has(name) ? 'vue' : module, name }
  }

  /** The innermost declaration of a name that hides imports and globals. */
  #declaration(identifier) {
    for (let node = this.#scopeAround(identifier); node !== null; node = this.#scopeAround(node)) {
      const found = this.#declaredIn(node).get(identifier.text)
      if (found !== undefined) return found
    }
    return this.values.get(identifier.text)
  }

  // Remembered for all nodes on the way, so that a deep tree is climbed once.
  #scopeAround(start) {
    const passed = []
    let node = start
    let found
    do {
      if (this.#around.has(node)) found = this.#around.get(node)
      else {
        passed.push(node)
        node = node.parent
        found = !node || this.#ts.isSourceFile(node) ? null : this.#opensScope(node) ? node : undefined
      }
    } while (found === undefined)
    for (const each of passed) this.#around.set(each, found)
    return found
  }

  #opensScope(node) {
    const { SyntaxKind: kind } = this.#ts
    const { kind: own } = node
    const loop = own === kind.ForStatement || own === kind.ForInStatement || own === kind.ForOfStatement
    return (
      loop ||
      own === kind.Block ||
      own === kind.CaseBlock ||
      own === kind.CatchClause ||
      this.#ts.isFunctionLike(node)
    )
  }

  #declaredIn(node) {
    const known = this.#declared.get(node)
    if (known) return known
    const ts = this.#ts
    const names = new Map()
    if (ts.isFunctionLike(node)) {
      for (const parameter of node.parameters ?? []) bind(ts, parameter, names)
    } else if (ts.isBlock(node) || ts.isCaseBlock(node)) {
      const statements = ts.isBlock(node)
        ? node.statements
        : node.clauses.flatMap((clause) => [...clause.statements])
      for (const statement of statements) declare(ts, statement, names)
    } else if (ts.isForStatement(node) || ts.isForInStatement(node) || ts.isForOfStatement(node)) {
      const list = node.initializer
      if (list && ts.isVariableDeclarationList(list))
        list.declarations.forEach((each) => bind(ts, each, names))
    } else if (ts.isCatchClause(node) && node.variableDeclaration) bind(ts, node.variableDeclaration, names)
    this.#declared.set(node, names)
    return names
  }

  #addStatement(statement) {
    const ts = this.#ts
    if (ts.isImportDeclaration(statement)) return this.#addImport(statement)
    if (
      ts.isInterfaceDeclaration(statement) ||
      ts.isTypeAliasDeclaration(statement) ||
      ts.isEnumDeclaration(statement)
    ) {
      const { text } = statement.name
      this.types.set(text, [...(this.types.get(text) ?? []), statement])
    }
    declare(ts, statement, this.values)
    this.#addExports(statement)
  }

  #addImport(statement) {
    const ts = this.#ts
    const clause = statement.importClause
    if (!clause || !ts.isStringLiteral(statement.moduleSpecifier)) return
    const module = statement.moduleSpecifier.text
    const add = (local, name, typeOnly) => this.imports.set(local, { module, name, typeOnly })
    if (clause.name) add(clause.name.text, 'default', clause.isTypeOnly)
    const bindings = clause.namedBindings
    if (bindings && ts.isNamespaceImport(bindings)) add(bindings.name.text, '*', clause.isTypeOnly)
    else if (bindings) {
      for (const each of bindings.elements) {
        add(each.name.text, (each.propertyName ?? each.name).text, clause.isTypeOnly || each.isTypeOnly)
      }
    }
  }

  #addExports(statement) {
    const ts = this.#ts
    if (ts.isExportDeclaration(statement) && !statement.moduleSpecifier && statement.exportClause) {
      for (const each of statement.exportClause.elements ?? []) {
        this.exported.set((each.propertyName ?? each.name).text, each.name.text)
      }
    } else if (ts.isExportAssignment(statement) && ts.isIdentifier(statement.expression)) {
      this.exported.set(statement.expression.text, 'default')
    } else if (ts.canHaveModifiers(statement)) {
      const kinds = (ts.getModifiers(statement) ?? []).map((modifier) => modifier.kind)
      if (!kinds.includes(ts.SyntaxKind.ExportKeyword)) return
      const names = new Map()
      declare(ts, statement, names)
      if (statement.name) names.set(statement.name.text, statement)
      const byDefault = kinds.includes(ts.SyntaxKind.DefaultKeyword)
      for (const name of names.keys()) this.exported.set(name, byDefault ? 'default' : name)
    }
  }
}

function declare(ts, statement, names) {
  if (ts.isVariableStatement(statement))
    statement.declarationList.declarations.forEach((each) => bind(ts, each, names))
  else if (
    ts.isFunctionDeclaration(statement) ||
    ts.isClassDeclaration(statement) ||
    ts.isEnumDeclaration(statement)
  ) {
    if (statement.name) names.set(statement.name.text, statement)
  }
}

function bind(ts, declaration, names) {
  if (!declaration.name) return
  if (ts.isIdentifier(declaration.name)) names.set(declaration.name.text, declaration)
  else
    for (const element of declaration.name.elements)
      if (!ts.isOmittedExpression(element)) bind(ts, element, names)
}
