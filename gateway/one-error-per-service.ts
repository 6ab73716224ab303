import type { ApolloServerPlugin } from '@apollo/server'

/** A service that is down is told once, however many fetches of the operation missed it. */
export const oneErrorPerService: ApolloServerPlugin = {
  requestDidStart: async () => ({
    async willSendResponse({ response }) {
      if (response.body.kind !== 'single') return
      const result = response.body.singleResult
      const told = new Set<string>()
      result.errors = result.errors?.filter(({ extensions }) => {
        if (typeof extensions?.service !== 'string') return true
        const fault = `${extensions.code} ${extensions.service}`
        return !told.has(fault) && told.add(fault)
      })
      if (!result.errors) delete result.errors
    },
  }),
}
