import { GraphQLError } from 'graphql'
import type { GatewayErrorCode } from '../error-catalogue.ts'

const messages = {
  SUBGRAPH_UNAVAILABLE: (service: string) => `The ${service} service is not available.`,
  SUBGRAPH_TIMEOUT: (service: string) => `The ${service} service did not answer in time.`,
  SUBGRAPH_REFUSED: (service: string) => `The ${service} service refused what the gateway asked.`,
  REQUEST_TIMEOUT: (service: string) => `The request took too long, and the ${service} service was not waited for.`,
} satisfies Partial<Record<GatewayErrorCode, (service: string) => string>>

export type SubgraphFaultCode = keyof typeof messages

/** The client's error for a subgraph that gave no answer: names the service, but neither its address nor the cause. */
export const subgraphFault = (service: string, code: SubgraphFaultCode, cause?: unknown) =>
  new GraphQLError(`${messages[code](service)} Its fields are null.`, {
    ...(cause instanceof Error ? { originalError: cause } : {}),
    extensions: { code, service },
  })
