import type { LinkDocument, LinksDocument } from '../replay/links-schema.js';
import type { Anonymizer } from './anonymizer.js';

/** What a replay reads of a links file; the rest that `ip` prints is left out. */
export function anonymizeLinks(document: LinksDocument, anonymizer: Anonymizer): LinksDocument {
  const links = (of: readonly LinkDocument[]): LinkDocument[] => of.map((link) => anonymousLink(link, anonymizer));
  return {
    schema: 'plumbline/links/1',
    ...(document.node === undefined ? {} : { node: anonymizer.name('node', document.node) }),
    root: links(document.root),
    containers: document.containers.map((container) => ({ links: links(container.links) })),
  };
}

function anonymousLink(link: LinkDocument, anonymizer: Anonymizer): LinkDocument {
  const { ifindex, link_index, iflink, linkinfo } = link;
  const mac = anonymizer.mac(link.mac ?? link.address ?? '');
  const locals = [...(link.addr_info ?? []).map(({ local }) => local ?? ''), ...(link.addresses ?? [])];
  const parent = iflink ?? link_index;
  return {
    ifname: anonymizer.name('nic', link.ifname.replace(/@.*$/, '')),
    ...(ifindex === undefined ? {} : { ifindex }),
    ...(parent === undefined ? {} : { iflink: parent }),
    ...(mac === null ? {} : { mac }),
    ...(linkinfo?.info_kind === undefined ? {} : { linkinfo: { info_kind: linkinfo.info_kind } }),
    addresses: locals.flatMap((local) => anonymizer.ip(local) ?? []),
  };
}
