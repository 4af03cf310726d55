// A template's elements, expressions and comments.
const ELEMENT = 1
const COMMENT = 3
const INTERPOLATION = 5
const ATTRIBUTE = 6
const DIRECTIVE = 7

export const TagType = { ELEMENT: 0, COMPONENT: 1, SLOT: 2, TEMPLATE: 3 }

export function elementsOf(template) {
  const found = []
  walk(template, (node, parent) => {
    if (node.type === ELEMENT && node !== template) found.push({ node, parent })
  })
  return found
}

export function attributesOf(element) {
  return element.props.filter((prop) => prop.type === ATTRIBUTE)
}

export function directivesOf(element, name) {
  return element.props.filter((prop) => prop.type === DIRECTIVE && (name === undefined || prop.name === name))
}

/** A directive's argument where it is fixed, undefined where there is none or it is computed. */
export function argumentOf(directive) {
  return directive.arg?.isStatic ? directive.arg.content : undefined
}

export function camelize(name) {
  return name.replace(/-(\w)/g, (_, letter) => letter.toUpperCase())
}

export function pascalize(name) {
  const camel = camelize(name)
  return camel.charAt(0).toUpperCase() + camel.slice(1)
}

export function htmlComments(root, template) {
  const found = root.children.filter((node) => node.type === COMMENT).map((node) => ({ node, atRoot: true }))
  if (template === null) return found
  walk(template, (node) => {
    if (node.type === COMMENT) found.push({ node, atRoot: false })
  })
  return found
}

export function expressionsOf(component) {
  const found = []
  for (const block of component.blocks) {
    const generic = block.node?.props.find((prop) => prop.name === 'generic')?.value
    if (generic) {
      const start = component.text.indexOf(generic.content, generic.loc.start.offset)
      found.push(expression(component, generic.content, start, ['type _<', '> = 0']))
    }
  }
  if (component.template === null) return found
  walk(component.template, (node) => {
    if (node.type === INTERPOLATION) found.push(fromNode(component, node.content, ['(', '\n)']))
    if (node.type !== ELEMENT) return
    for (const directive of directivesOf(node)) {
      if (directive.exp) found.push(...fromDirective(component, directive))
      if (directive.arg && !directive.arg.isStatic)
        found.push(fromNode(component, directive.arg, ['(', '\n)']))
    }
  })
  return found
}

function fromDirective(component, directive) {
  if (directive.name === 'slot') return [fromNode(component, directive.exp, ['((', '\n) => {})'])]
  if (directive.name === 'on') return [fromNode(component, directive.exp, ['', ''])]
  if (directive.name === 'for' && directive.forParseResult) {
    const { source, value, key, index } = directive.forParseResult
    const left = [value, key, index].filter((part) => part !== undefined)
    return [
      fromNode(component, source, ['(', '\n)']),
      ...left.map((part) => fromNode(component, part, ['((', '\n) => {})'])),
    ]
  }
  return [fromNode(component, directive.exp, ['(', '\n)'])]
}

function fromNode(component, node, around) {
  const { source, start } = node.loc
  return expression(component, node.content, start.offset, around, source)
}

function expression(component, content, start, around, raw = content) {
  let source
  const places = new Map()
  return {
    content,
    start,
    get source() {
      source ??= parse(component.ts, around[0] + content + around[1])
      return source
    },
    /** Where a range of the tree is in the file: entities such as `&amp;` make the two texts differ in length. */
    range(from, to) {
      const [a, b] = [from - around[0].length, to - around[0].length]
      if (raw === content) return [start + a, start + b]
      const word = content.slice(a, b)
      if (!places.has(word)) places.set(word, pairs(content, raw, word))
      const place = start + (places.get(word).get(a) ?? 0)
      return [place, place + word.length]
    },
  }
}

/** Where each occurrence of a word in one text is in the other. */
function pairs(content, raw, word) {
  const found = new Map()
  let there = raw.indexOf(word)
  for (let here = content.indexOf(word); here >= 0 && there >= 0; here = content.indexOf(word, here + 1)) {
    found.set(here, there)
    there = raw.indexOf(word, there + 1)
  }
  return found
}

function parse(ts, text) {
  return ts.createSourceFile('template.ts', text, ts.ScriptTarget.Latest, true, ts.ScriptKind.TS)
}

function walk(root, visit) {
  const waiting = [[root, null]]
  while (waiting.length > 0) {
    const [node, parent] = waiting.pop()
    visit(node, parent)
    const children = node.children
    if (!Array.isArray(children)) continue
    for (let i = children.length - 1; i >= 0; i--) waiting.push([children[i], node])
  }
}
