// A vitest pool of forked processes of which the next one is always started, and warm, before it is needed.
import { fork } from 'node:child_process'

import { ForksPoolWorker } from 'vitest/node'

const PERMISSION = ['--permission', '--experimental-permission'].find((flag) =>
  process.allowedNodeEnvironmentFlags.has(flag),
)
const ARGUMENTS = [PERMISSION, '--allow-fs-read=*', '--no-warnings', '--max-old-space-size=512']

export function warmPool(entrypoint) {
  let spare

  function start(env) {
    return fork(entrypoint, [], { env: { ...env, NODE_ENV: 'test', VITEST: 'true' }, execArgv: ARGUMENTS, stdio: 'pipe', serialization: 'advanced' })
  }

  spare = start(process.env)

  class WarmWorker extends ForksPoolWorker {
    async start() { 
      this._fork = spare?.exitCode === null && spare.connected ? spare : start(this.env)
      spare = start(this.env)
      await super.start()
    }
  }

  return { name: 'warm-forks', createPoolWorker: (options) => new WarmWorker(options) }
}
