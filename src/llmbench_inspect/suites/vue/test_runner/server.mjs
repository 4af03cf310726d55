// Runs hidden tests in a jail: one warm vitest, asked over a socket, with a fresh and fenced process for every run.
// In: {"files": {path: text}, "tests": {name: text}}. Out: {"tests": [...], "errors": [...]} or {"crash": message}.
import { createHash } from 'node:crypto'
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { createServer } from 'node:net'
import { dirname, join, relative } from 'node:path'
import { Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'

import vue from '@vitejs/plugin-vue'
import { loadConfigFromFile } from 'vite'
import { createVitest } from 'vitest/node'

import { warmPool } from './pool.mjs'

const [, , socket, root, modules] = process.argv
const MESSAGE = 500
const SHOWN = 20
const TEST_MILLISECONDS = 5000

/** Aliases of a project's vite.config, by a digest of its text; the replacements are relative to the project. */
const known = new Map()
const REFUSED = /^(@vitest\/|vitest(\/|$)|@vue\/test-utils|happy-dom)/
let tested = new Set()
let folder = ''
let aliases = []
let runs = 0

async function aliasesOf(files) {
  const name = ['ts', 'mts', 'js', 'mjs'].map((suffix) => `vite.config.${suffix}`).find((file) => file in files)
  if (name === undefined) return []
  const key = createHash('sha256').update(files[name]).digest('hex')
  if (!known.has(key)) {
    const command = { command: 'serve', mode: 'test' }
    const loaded = await loadConfigFromFile(command, join(folder, name), folder, 'silent', undefined, 'runner')
    const alias = loaded?.config.resolve?.alias ?? {}
    const entries = Array.isArray(alias) ? alias.map(({ find, replacement }) => [find, replacement]) : Object.entries(alias)
    const inside = entries.filter(([find]) => typeof find === 'string')
    known.set(key, inside.map(([find, replacement]) => [find, relative(folder, replacement)]))
  }
  return known.get(key)
}

const projectAliases = {
  name: 'project-aliases',
  enforce: 'pre',
  resolveId(source, importer) {
    for (const [find, replacement] of importer?.startsWith(`${folder}/`) ? aliases : []) {
      if (source === find || source.startsWith(`${find}/`)) {
        return this.resolve(join(folder, replacement + source.slice(find.length)), importer, { skipSelf: true })
      }
    }
  },
}

const fence = {
  name: 'fence',
  enforce: 'pre',
  resolveId(source, importer) {
    const ours = importer?.startsWith(`${folder}/`) && !tested.has(relative(folder, importer.split('?')[0]))
    if (ours && (isBuiltin(source) || REFUSED.test(source))) throw new Error(`a component cannot import ${source}`)
  },
}

symlinkSync(modules, join(root, 'node_modules'))

const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() })
const vitest = await createVitest(
  'test',
  {
    root,
    config: false,
    watch: false,
    include: [],
    environment: fileURLToPath(new URL('./environment.mjs', import.meta.url)),
    pool: warmPool(fileURLToPath(new URL('./worker.mjs', import.meta.url))),
    maxWorkers: 1,
    fileParallelism: false,
    testTimeout: TEST_MILLISECONDS,
    hookTimeout: TEST_MILLISECONDS,
    disableConsoleIntercept: true,
    reporters: [{}],
  },
  { plugins: [fence, projectAliases, vue()], cacheDir: '/tmp/vite', logLevel: 'silent', server: { watch: null, ws: false } },
  { stdout: nowhere, stderr: nowhere },
)

const short = (error) => String(error?.message ?? error).slice(0, MESSAGE)

async function run({ files, tests }) {
  folder = join(root, `run-${++runs}`)
  try {
    for (const [path, text] of [...Object.entries(files), ...Object.entries(tests)]) {
      mkdirSync(dirname(join(folder, path)), { recursive: true })
      writeFileSync(join(folder, path), text)
    }
    tested = new Set(Object.keys(tests))
    aliases = await aliasesOf(files)
    const project = vitest.getRootProject()
    const asked = Object.keys(tests).map((path) => project.createSpecification(join(folder, path)))
    const { testModules, unhandledErrors } = await vitest.runTestSpecifications(asked, true)
    const modules = testModules.filter(({ moduleId }) => moduleId.startsWith(`${folder}/`))
    return {
      tests: modules.flatMap((module) =>
        [...module.children.allTests()].map((test) => {
          const { state, errors } = test.result()
          return { file: relative(folder, module.moduleId), name: test.fullName, state, message: errors?.length ? short(errors[0]) : null }
        }),
      ),
      errors: [...modules.flatMap((module) => module.errors()), ...unhandledErrors].slice(0, SHOWN).map(short),
    }
  } finally {
    vitest.state.clearFiles(vitest.getRootProject())
    vitest.vite.moduleGraph.invalidateAll()
    rmSync(folder, { recursive: true, force: true })
  }
}

let last = Promise.resolve()
createServer({ allowHalfOpen: true }, (connection) => {
  const chunks = []
  connection.on('data', (chunk) => chunks.push(chunk))
  connection.on('error', () => {})
  connection.on('end', () => {
    last = last
      .then(() => run(JSON.parse(Buffer.concat(chunks).toString())))
      .catch((error) => ({ crash: String(error?.stack ?? error).slice(0, 4 * MESSAGE) }))
      .then((answer) => connection.end(JSON.stringify(answer)))
  })
}).listen(socket)
