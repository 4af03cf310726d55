// What vue-tsc's patch of TypeScript is given in place of its own hook, so that program.mjs can add the Vue plugin anew for each check.
exports.proxyCreateProgram = (_ts, createProgram) => createProgram
