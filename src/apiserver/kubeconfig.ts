import { stringify } from 'yaml';

/**
 * A kubeconfig for one user who is known by a token in a file, which clients read again from time to time.
 * @param ca path of the CA's certificate; null for plain HTTP
 */
export function kubeconfigText(server: string, ca: string | null, tokenFile: string): string {
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'plumbline', cluster: { server, ...(ca === null ? {} : { 'certificate-authority': ca }) } }],
    users: [{ name: 'plumbline', user: { tokenFile } }],
    contexts: [{ name: 'plumbline', context: { cluster: 'plumbline', user: 'plumbline', namespace: 'default' } }],
    'current-context': 'plumbline',
  });
}
