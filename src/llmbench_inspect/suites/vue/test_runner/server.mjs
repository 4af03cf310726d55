// Runs hidden tests in a jail: one warm vitest, asked over a socket, with a fresh and fenced process for every run,
// or a fresh context of the browser that the fourth argument names.
// In: {"files": {path: text}, "tests": {path: text}, "support": {path: text}}.
// Out: {"tests": [...], "errors": [...]} or {"crash": message}.
import { createHash } from 'node:crypto'
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { createServer } from 'node:net'
import { dirname, join, relative } from 'node:path'
import { Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { stripVTControlCharacters } from 'node:util'

import vue from '@vitejs/plugin-vue'
import { loadConfigFromFile } from 'vite'
import { createVitest } from 'vitest/node'

import { warmPool } from './pool.mjs'

const [, , socket, root, modules, program] = process.argv
const MESSAGE = 500
const SHOWN = 20
const TEST_MILLISECONDS = 5000

/** Aliases of a project's vite.config, by a digest of its path and text; the replacements are relative to the project. */
const known = new Map()
const PACKAGES = ['vue', 'pinia', '@vue/test-utils']
const WARM = `import { test } from 'vitest'\n${PACKAGES.map((name) => `import '${name}'\n`).join('')}test('warm', () => {})\n`
const SUFFIXES = ['ts', 'mts', 'js', 'mjs']
const CONFIGURATIONS = ['behaviour/', ''].flatMap((place) => SUFFIXES.map((suffix) => `${place}vite.config.${suffix}`))
const REFUSED = /^(@vitest\/|vitest(\/|$)|@vue\/test-utils|happy-dom)/
let tested = new Set()
let folder = ''
let aliases = []
let runs = 0

function write(place, files) {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(place, path)), { recursive: true })
    writeFileSync(join(place, path), text)
  }
}

async function aliasesOf(files) {
  const name = CONFIGURATIONS.find((file) => file in files)
  if (name === undefined) return []
  const key = createHash('sha256').update(`${name}\0${files[name]}`).digest('hex')
  if (!known.has(key)) {
    const alone = join(root, `configuration-${key}`) // a tsconfig.json beside it would be read, and may name what is not there
    write(alone, { [name]: files[name] })
    const command = { command: 'serve', mode: 'test' }
    const loaded = await loadConfigFromFile(command, join(alone, name), alone, 'silent', undefined, 'runner')
    const alias = loaded?.config.resolve?.alias ?? {}
    const entries = Array.isArray(alias) ? alias.map(({ find, replacement }) => [find, replacement]) : Object.entries(alias)
    const inside = entries.filter(([find]) => typeof find === 'string')
    known.set(key, inside.map(([find, replacement]) => [find, relative(alone, replacement)]))
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

const browser = program && (await import('./chromium.mjs')).chromium(program)
const inBrowser = () => ({
  browser: {
    enabled: true,
    headless: true,
    ui: false,
    screenshotFailures: false,
    provider: browser.provider,
    instances: [{ browser: 'chromium' }],
  },
  api: { host: '127.0.0.1', allowWrite: false, allowExec: false },
})
const inProcesses = () => ({
  environment: fileURLToPath(new URL('./environment.mjs', import.meta.url)),
  pool: warmPool(fileURLToPath(new URL('./worker.mjs', import.meta.url))),
})
const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() })
const vitest = await createVitest(
  'test',
  {
    root,
    config: false,
    watch: false,
    include: [],
    ...(browser ? inBrowser() : inProcesses()),
    maxWorkers: 1,
    fileParallelism: false,
    testTimeout: TEST_MILLISECONDS,
    hookTimeout: TEST_MILLISECONDS,
    disableConsoleIntercept: true,
    reporters: [{}],
  },
  {
    plugins: [fence, projectAliases, vue()],
    cacheDir: '/tmp/vite',
    logLevel: 'silent',
    oxc: { tsconfig: false }, // a Nuxt project's own names what only `nuxt prepare` makes
    optimizeDeps: { noDiscovery: true, include: PACKAGES },
    server: { watch: null, ws: false, fs: { allow: [root, modules] } },
  },
  { stdout: nowhere, stderr: nowhere },
)

const plain = (text) => stripVTControlCharacters(String(text))
const short = (error) => plain(error?.message ?? error).slice(0, MESSAGE)

async function run({ files, tests, support }) {
  folder = join(root, `run-${++runs}`)
  try {
    const beside = { ...support, ...tests }
    write(folder, { ...files, ...beside })
    tested = new Set(Object.keys(beside))
    aliases = await aliasesOf({ ...files, ...support })
    const [project] = vitest.projects
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
    await browser?.closePages(vitest.projects[0])
    vitest.state.clearFiles(vitest.projects[0])
    vitest.vite.moduleGraph.invalidateAll()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Have the browser show a test of ours, whose page and packages the next run finds loaded. */
async function warmUp() {
  if (!browser) return
  const [project] = vitest.projects
  write(root, { 'warm.test.ts': WARM })
  await vitest.runTestSpecifications([project.createSpecification(join(root, 'warm.test.ts'))], true)
  vitest.state.clearFiles(project)
}

let last = Promise.resolve()
createServer({ allowHalfOpen: true }, (connection) => {
  const chunks = []
  connection.on('data', (chunk) => chunks.push(chunk))
  connection.on('error', () => {})
  connection.on('end', () => {
    last = last
      .then(() => run(JSON.parse(Buffer.concat(chunks).toString())))
      .catch((error) => ({ crash: plain(error?.stack ?? error).slice(0, 4 * MESSAGE) }))
      .then((answer) => connection.end(JSON.stringify(answer)))
      .then(warmUp)
      .catch(() => {}) // the next run opens a page itself, or says why it cannot
  })
}).listen(socket)
