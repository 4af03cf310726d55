// The document that worker.mjs has set up already, as an environment of vitest.
export default { name: 'ready', viteEnvironment: 'client', setup: () => ({ teardown() {} }) }
