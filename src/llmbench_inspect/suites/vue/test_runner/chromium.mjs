// A provider of vitest's browser mode: one headless Chromium, told over a pipe to show each run in a context of its own.
import { spawn } from 'node:child_process'
import { setTimeout } from 'node:timers/promises'

import { defineBrowserProvider } from '@vitest/browser'

// The jail is the sandbox; shared memory lies in /tmp, for /dev/shm is small.
const FLAGS = [
  '--headless', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--disable-breakpad',
  '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-extensions',
  '--disable-sync', '--disable-back-forward-cache', '--disable-features=Translate,MediaRouter,OptimizationHints', '--mute-audio',
  '--remote-debugging-pipe', '--user-data-dir=/tmp/chromium', '--window-size=1280,800',
]

class Chromium {
  #asked = new Map()
  #last = 0
  #rest = ''
  #ended = false

  constructor(program) {
    this.process = spawn(program, FLAGS, { stdio: ['ignore', 'inherit', 'inherit', 'pipe', 'pipe'] })
    this.process.on('exit', () => this.#end())
    this.process.on('error', () => this.#end())
    this.process.stdio[3].on('error', () => {})
    this.process.stdio[4].setEncoding('utf8').on('data', (text) => this.#hear(text))
  }

  send(method, params = {}) {
    const id = ++this.#last
    const answer = Promise.withResolvers()
    if (this.#ended) answer.reject(new Error('Chromium has ended'))
    else this.#asked.set(id, answer)
    this.process.stdio[3].write(`${JSON.stringify({ id, method, params })}\0`)
    return answer.promise
  }

  #hear(text) {
    const messages = (this.#rest + text).split('\0')
    this.#rest = messages.pop()
    for (const { id, result, error } of messages.map((message) => JSON.parse(message))) {
      const answer = this.#asked.get(id)
      this.#asked.delete(id)
      if (error) answer?.reject(new Error(error.message))
      else answer?.resolve(result)
    }
  }

  #end() {
    this.#ended = true
    for (const answer of this.#asked.values()) answer.reject(new Error('Chromium has ended'))
    this.#asked.clear()
  }
}

export function chromium(program) {
  const browser = new Chromium(program)
  const contexts = []

  async function close() {
    await Promise.all(contexts.splice(0).map((context) => browser.send('Target.disposeBrowserContext', context)))
  }

  /** End what a run has opened, its page, storage, cache and workers, so that the next one opens a page of its own. */
  async function closePages(project) {
    await close()
    while (project.browser.state.orchestrators.size) await setTimeout(2)
  }

  const provider = {
    name: 'chromium',
    supportsParallelism: false,
    // Mocks of modules would outlast the run: a component can ask for one, and gets none.
    mocker: { register: async () => { throw new Error('no module is mocked here') }, delete: async () => {}, clear: async () => {} },
    getCommandsContext: () => ({}),
    async openPage(_session, url) {
      const context = await browser.send('Target.createBrowserContext')
      contexts.push(context)
      await browser.send('Target.createTarget', { url, ...context })
    },
    close,
  }
  function providerFactory(project) {
    project.browser.registerCommand('__vitest_viewport', () => {})
    return provider
  }
  return { closePages, provider: defineBrowserProvider({ name: 'chromium', supportedBrowser: ['chromium'], providerFactory }) }
}
