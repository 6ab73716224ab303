import { z } from 'zod'
import { installationConfig, portConfig } from '#infra/installation-config.ts'
import { portVariable } from '#infra/topology.ts'
import { type ServiceName, serviceNames } from '#subgraphs/services.ts'

/** The configuration of `npm run seed`. */
export const seedConfig = z.object({
  GRAPHQL_URL: z
    .url({ protocol: /^https?$/ })
    .optional()
    .meta({
      value: 'an http or https url',
      description: 'where the gateway answers clients; /graphql at GATEWAY_PORT of this machine when it is not set',
    }),
  GATEWAY_PORT: portConfig.GATEWAY_PORT,
})

const apiPorts = Object.fromEntries(
  serviceNames.map((name) => [portVariable(name, 'api'), portConfig[portVariable(name, 'api')]]),
) as Record<`${Uppercase<ServiceName>}_PORT`, typeof portConfig.GATEWAY_PORT>

/** The configuration of `npm run bench`. It finds databases as the operator's commands do. */
export const benchConfig = seedConfig.extend({ ...installationConfig, ...apiPorts })

/** The gateway's endpoint for clients. */
export const graphqlUrl = ({ GRAPHQL_URL, GATEWAY_PORT }: z.infer<typeof seedConfig>): string =>
  GRAPHQL_URL ?? `http://127.0.0.1:${GATEWAY_PORT}/graphql`
