import 'graphiql/setup-workers/vite'
import 'graphiql/style.css'
import { createGraphiQLFetcher } from '@graphiql/toolkit'
import { GraphiQL } from 'graphiql'
import { createRoot } from 'react-dom/client'

const page = `# The usual page: one fetch to one service.
query Posts {
  posts(first: 20) {
    nodes {
      title
      author { fullName }
      commentsCount
      latestComments(first: 2) {
        body
        author { fullName }
      }
    }
    pageInfo { hasNextPage }
  }
}
`

const root = document.getElementById('root')
if (root) createRoot(root).render(<GraphiQL fetcher={createGraphiQLFetcher({ url: '/graphql' })} defaultQuery={page} />)
