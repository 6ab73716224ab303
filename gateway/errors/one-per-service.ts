import type { ApolloServerPlugin } from '@apollo/server'

/** Reports a service that is down once, however many fetches of the operation failed. */
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
