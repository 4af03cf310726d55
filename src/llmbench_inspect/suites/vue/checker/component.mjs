// One source file, parsed once: its script blocks and its template as trees, and their positions in the file.
import { Scope } from './scope.mjs'
import { elementsOf, expressionsOf, htmlComments } from './template.mjs'

const LINE_BREAK = /\r\n|\n|\r/g
const ASTRAL = /[\ud800-\udbff][\udc00-\udfff]/g

/** A `<script>`'s text and tree, or a whole `.ts` or `.js` file's. */
class Block {
  constructor({ kind, lang, content, offset, attributes, ts }) {
    this.kind = kind
    this.lang = lang
    this.content = content
    this.offset = offset
    this.attributes = attributes
    this.javascript = /^jsx?$/.test(lang)
    const kinds = {
      ts: ts.ScriptKind.TS,
      tsx: ts.ScriptKind.TSX,
      js: ts.ScriptKind.JS,
      jsx: ts.ScriptKind.JSX,
    }
    this.source = ts.createSourceFile(
      `block.${lang}`,
      content,
      ts.ScriptTarget.Latest,
      true,
      kinds[lang] ?? kinds.ts,
    )
    this.source.block = this
  }
}

export class Component {
  #lineStarts
  #lines
  #astral
  // Climbing to the source file from each node of a deep tree would take the square of its size.
  #blockOf = new Map()
  #byKind
  #scope
  #elements
  #expressions

  constructor(path, text, project) {
    this.path = path
    this.text = text
    this.project = project
    this.ts = project.libraries.ts
    this.isVue = path.endsWith('.vue')
    this.blocks = []
    this.template = null
    this.errors = []
    if (this.isVue) this.#readSfc()
    else this.#readScript()
    for (const block of this.blocks) {
      for (const problem of block.source.parseDiagnostics) {
        const message = this.ts.flattenDiagnosticMessageText(problem.messageText, '\n')
        this.#addError(block.offset + problem.start, message)
      }
    }
  }

  get setup() {
    return this.blocks.find((block) => block.kind === 'setup') ?? null
  }

  /** What the names of the scripts stand for. */
  get scope() {
    this.#scope ??= new Scope(this)
    return this.#scope
  }

  /** All script nodes of these kinds, in the order of the text. */
  nodes(...kinds) {
    this.#byKind ??= this.#index()
    const found = kinds.flatMap((kind) => this.#byKind.get(kind) ?? [])
    return kinds.length === 1 ? found : found.sort((a, b) => this.start(a) - this.start(b))
  }

  /** The template's elements, each with the element it stands in. */
  get elements() {
    this.#elements ??= this.template === null ? [] : elementsOf(this.template)
    return this.#elements
  }

  /** The template's expressions and type parameters as TypeScript trees, where their text fits a test. */
  expressions(test) {
    this.#expressions ??= expressionsOf(this)
    return this.#expressions.filter((expression) => test.test(expression.content))
  }

  /** HTML comments: the template's and those between the blocks. */
  get comments() {
    return this.root === undefined ? [] : htmlComments(this.root, this.template)
  }

  start(node) {
    const block = this.#blockOf.get(node) ?? node.getSourceFile().block
    return block.offset + node.getStart(block.source)
  }

  end(node) {
    return (this.#blockOf.get(node) ?? node.getSourceFile().block).offset + node.end
  }

  textOf(node) {
    return this.text.slice(this.start(node), this.end(node))
  }

  lineText(line) {
    this.#lines ??= this.text.split(LINE_BREAK)
    return this.#lines[line - 1] ?? ''
  }

  line(node) {
    return this.lineAt(this.start(node))
  }

  lineAt(offset) {
    return this.#position(offset).line
  }

  /** An offset as Python counts: characters, not UTF-16 units. */
  characters(offset) {
    this.#astral ??= Array.from(this.text.matchAll(ASTRAL), (match) => match.index)
    return offset - countBelow(this.#astral, offset)
  }

  /** Start and end of a range of the text, as Python counts. */
  range(start, end) {
    return { start: this.characters(start), end: this.characters(end) }
  }

  #index() {
    const byKind = new Map()
    for (const block of this.blocks) {
      walkTree(block.source, this.ts, (node) => {
        this.#blockOf.set(node, block)
        const same = byKind.get(node.kind)
        if (same) same.push(node)
        else byKind.set(node.kind, [node])
      })
    }
    return byKind
  }

  #readScript() {
    const [, extension] = /\.[cm]?([jt]sx?)$/.exec(this.path)
    this.#addBlock({ kind: 'module', lang: extension, content: this.text, offset: 0, attributes: {} })
  }

  #readSfc() {
    const onError = (error) => this.#addError(error.loc?.start.offset ?? 0, error.message)
    const options = { parseMode: 'sfc', prefixIdentifiers: true, comments: true, onError }
    this.root = this.project.libraries.dom.parse(this.text, options)
    for (const node of this.root.children) {
      if (node.type !== 1) continue
      const attributes = Object.fromEntries(
        node.props.filter((prop) => prop.type === 6).map((prop) => [prop.name, prop.value?.content ?? true]),
      )
      if (node.tag === 'template' && this.template === null && attributes.lang !== 'pug') this.template = node
      if (node.tag !== 'script') continue
      const kind = attributes.setup === undefined ? 'script' : 'setup'
      const lang = typeof attributes.lang === 'string' ? attributes.lang : 'js'
      const [inner] = node.children
      const offset = inner?.loc.start.offset ?? node.loc.end.offset
      this.#addBlock({ kind, lang, content: inner?.loc.source ?? '', offset, attributes, node })
    }
  }

  #addBlock(block) {
    this.blocks.push(Object.assign(new Block({ ...block, ts: this.ts }), { node: block.node }))
  }

  #addError(offset, message) {
    this.errors.push({ file: this.path, ...this.#position(offset), message })
  }

  #position(offset) {
    this.#lineStarts ??= [
      0,
      ...Array.from(this.text.matchAll(LINE_BREAK), (match) => match.index + match[0].length),
    ]
    const line = countBelow(this.#lineStarts, offset + 1)
    return { line, column: offset - this.#lineStarts[line - 1] + 1 }
  }
}

// A stack of our own: recursion would end the worker on a long chain of operators.
export function walkTree(root, ts, visit) {
  const waiting = [root]
  while (waiting.length > 0) {
    const node = waiting.pop()
    visit(node)
    const children = []
    ts.forEachChild(node, (child) => void children.push(child))
    while (children.length > 0) waiting.push(children.pop())
  }
}

function countBelow(sorted, limit) {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (sorted[middle] < limit) low = middle + 1
    else high = middle
  }
  return low
}
