// The checker as a process: one JSON request a line on standard input, one JSON answer a line on standard output.
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { stdin, stdout } from 'node:process'

import { ComponentCompiler } from './compile.mjs'
import { ProgramChecker } from './program.mjs'
import { RequestError } from './request_error.mjs'
import { loadTypeScript } from './typescript.mjs'

const MAX_REQUEST_BYTES = 32 * 2 ** 20
const MAX_FOUND = 1000
const MAX_MESSAGE_CHARACTERS = 20_000
const OUTSIDE_PROJECT = /^$|^\/|\\|\0|(^|\/)(\.{0,2}|node_modules)(\/|$)/

const packages = process.argv[2]
const require = createRequire(join(packages, 'packages.js'))
const ts = loadTypeScript(require)
const programs = new ProgramChecker(ts, require)
const components = new ComponentCompiler(ts, require, programs.disk)

const OPERATIONS = {
  check: (request) => {
    const diagnostics = programs.check(request)
    const compileErrors = components.check(request)
    const kept = { diagnostics: bounded(diagnostics), compile_errors: bounded(compileErrors) }
    return {
      ...kept,
      omitted: diagnostics.length - kept.diagnostics.length + compileErrors.length - kept.compile_errors.length,
    }
  },
  patterns: async (request) => (await import('./patterns.mjs')).matchPatterns(request, packages),
}

function bounded(found) {
  return found
    .slice(0, MAX_FOUND)
    .map((item) => ({ ...item, message: item.message.slice(0, MAX_MESSAGE_CHARACTERS) }))
}

function validate(request) {
  if (!Object.hasOwn(OPERATIONS, request.op)) throw new RequestError(`unknown op ${request.op}`)
  for (const path of Object.keys(request.files)) {
    if (OUTSIDE_PROJECT.test(path)) throw new RequestError(`files: ${JSON.stringify(path)} is not a path inside the project`)
  }
}

async function answer(line) {
  let id = null
  try {
    const request = JSON.parse(line)
    id = request.id
    validate(request)
    const start = performance.now()
    const result = await OPERATIONS[request.op](request)
    return { id, ...result, milliseconds: performance.now() - start, rss: process.memoryUsage.rss() }
  } catch (error) {
    const kind = error instanceof RequestError ? 'request' : 'crash'
    if (kind === 'crash') console.error(error)
    return { id, error: { kind, message: String(error?.message ?? error).slice(0, MAX_MESSAGE_CHARACTERS) } }
  }
}

/** Yields the lines of a stream; one over the limit comes as null, its bytes dropped as they arrive. */
async function* boundedLines(stream) {
  let parts = []
  let size = 0
  for await (const chunk of stream) {
    let start = 0
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
      size += end - start
      parts.push(chunk.subarray(start, end))
      yield size > MAX_REQUEST_BYTES ? null : Buffer.concat(parts).toString('utf8')
      parts = []
      size = 0
      start = end + 1
    }
    size += chunk.length - start
    if (size > MAX_REQUEST_BYTES) parts = []
    else parts.push(chunk.subarray(start))
  }
}

function say(message) {
  // A slice or a candidate's own escape can leave half a character, which no UTF-8 file can hold.
  const wellFormed = (_key, value) => (typeof value === 'string' ? value.toWellFormed() : value)
  stdout.write(`${JSON.stringify(message, wellFormed)}\n`)
}

// Compilers print warnings about candidates; standard output is for answers alone.
console.log = console.info = console.debug = console.warn = () => {}

say({ ready: true, versions: { typescript: ts.version, 'vue-tsc': require('vue-tsc/package.json').version } })
for await (const line of boundedLines(stdin)) {
  if (line === null) {
    say({ id: null, error: { kind: 'request', message: `a request is at most ${MAX_REQUEST_BYTES} bytes` } })
  } else {
    say(await answer(line))
  }
}
