// The process of one run: warm before it is asked, then without what no component has a use for.
import { builtinEnvironments } from 'vitest/runtime'
import { init, runBaseTests, setupEnvironment } from 'vitest/worker'

const send = process.send.bind(process)
const on = process.on.bind(process)
const off = process.off.bind(process)
const exit = process.exit.bind(process)

// Vue looks for the document when it is imported.
await builtinEnvironments['happy-dom'].setup(globalThis, {})
await Promise.all(['vitest', 'vue', 'pinia', '@vue/test-utils'].map((name) => import(name)))

on('disconnect', () => exit(1))
init({
  post: (message) => send(message),
  on: (listener) => on('message', listener),
  off: (listener) => off('message', listener),
  setup: setupEnvironment,
  runTests: (state, traces) => runBaseTests('run', state, traces),
  collectTests: (state, traces) => runBaseTests('collect', state, traces),
})

// vitest itself needs some of it; nothing here ends or signals a process, loads native code or talks to the server.
const KEPT = [
  'argv', 'cwd', 'emitWarning', 'env', 'execArgv', 'exit', 'exitCode', 'features', 'hrtime', 'listeners', 'memoryUsage',
  'nextTick', 'off', 'on', 'once', 'pid', 'platform', 'removeListener', 'stderr', 'stdout', 'uptime', 'version', 'versions',
]
const whole = process
globalThis.process = Object.fromEntries(
  KEPT.map((name) => [name, typeof whole[name] === 'function' ? whole[name].bind(whole) : whole[name]]),
)
