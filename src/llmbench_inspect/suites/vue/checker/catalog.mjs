// The facts there are, a file each in facts/. Run by itself, it prints them: as JSON, or as docs/vue-facts.md.
import { readdirSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const FOLDER = join(import.meta.dirname, 'facts')

const files = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.mjs'))
  .sort()

/** Facts by name: {name, summary, attributes, extract}. */
export const facts = new Map(
  await Promise.all(
    files.map(async (file) => {
      const name = file.replace(/\.mjs$/, '')
      return [name, { name, ...(await import(join(FOLDER, file))) }]
    }),
  ),
)

function markdown() {
  const sections = [...facts.values()].map(({ name, summary, attributes }) => {
    const rows = Object.entries(attributes).map(
      ([attribute, says]) => `| \`${attribute}\` | ${says.replaceAll('|', '\\|')} |`,
    )
    return [`## \`${name}\``, '', summary, '', '| attribute | |', '|---|---|', ...rows].join('\n')
  })
  return `${INTRODUCTION}\n${sections.join('\n\n')}\n`
}

const INTRODUCTION = `# Facts about a component

<!-- Made by \`node src/llmbench_inspect/suites/vue/checker/catalog.mjs --markdown\`; change the facts, not this page. -->

A pattern of \`validation_spec.json\` names a fact and, under \`with\`, what its attributes must be. Each record of the fact that fits is a match:

\`\`\`json
{"id": "props-interface", "description": "HelloWorldProps types the props", "fact": "props",
 "with": {"name": "HelloWorldProps", "members": {"title": "string", "count?": "number"}}}
\`\`\`

- A scalar must be equal, \`null\` asks that the attribute be absent, \`{"any_of": [...]}\` takes one of several.
- An object asks for some of the record's keys, a list for some of its elements. \`count?\` is an optional member, \`count\` a required one.
- A type is compared by meaning as far as syntax goes: spaces, quotes, parentheses, the order of unions, intersections and members, \`Array<T>\` and \`T[]\`, the names of parameters, renamed imports and \`readonly\` make no difference; a project's own alias or interface is the same as what it stands for.
- An expression is compared token by token, whatever its spaces and quotes.
- Names are resolved first: \`import { computed as c }\`, \`Vue.computed\`, \`const c = computed\` and Nuxt's auto-imports are all \`computed\`; a \`computed\` of another package, or one that the file declares itself, is not.
- Every record has a \`line\`, counted from 1 in the whole file.
`

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const plain = [...facts.values()].map(({ name, summary, attributes }) => ({ name, summary, attributes }))
  process.stdout.write(
    process.argv.includes('--markdown') ? markdown() : `${JSON.stringify(plain, null, 2)}\n`,
  )
}
