/** What a process of a test has in its environment, beside what the test gives it. */
export const childEnvironment = (): NodeJS.ProcessEnv => ({
  PATH: process.env.PATH,
  TZ: process.env.TZ,
  NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
})
