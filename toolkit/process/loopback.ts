const LOOPBACK = ['127.0.0.1', 'localhost', '[::1]', '::1']

/**
 * Excludes the loopback interface from the environment's proxies: with NODE_USE_ENV_PROXY, `fetch` would use a proxy
 * for processes on this machine. Can be called at any time, since `fetch` reads the variable at each request.
 */
export function neverProxyLoopback(env: NodeJS.ProcessEnv = process.env): void {
  const name = env.no_proxy === undefined ? 'NO_PROXY' : 'no_proxy'
  const excepted = (env[name] ?? '').split(/[\s,]+/).filter(Boolean)
  if (excepted.includes('*')) return
  env[name] = [...new Set([...excepted, ...LOOPBACK])].join(',')
}
