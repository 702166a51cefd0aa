/** The two forms that the configuration of a group has: flat keys up to v6.5, nested keys since v7. */
export const configGenerations = ['v6.5', 'v7'] as const;

export type ConfigGeneration = (typeof configGenerations)[number];

/**
 * What a person does to the server's database, by REST in the real one. Plain JSON: it stands in the journal, and the same
 * changes in the same order among the same calls make the same server.
 */
export type ServerChange =
  | {
      readonly kind: 'create-group';
      readonly name: string;
      /** "g-" and ten letters or digits; default: one that is made of the name. */
      readonly shortId?: string;
      readonly teamId?: number;
      readonly userId?: number;
    }
  | { readonly kind: 'update-group'; readonly lcuuid: string; readonly name: string }
  /** Its agents go to the default group. */
  | { readonly kind: 'delete-group'; readonly lcuuid: string }
  | {
      readonly kind: 'put-configuration';
      /** lcuuid. */
      readonly group: string;
      readonly generation: ConfigGeneration;
      readonly yaml: string;
      /** `create` fails where there is one, `update` where there is none, `any` never. */
      readonly mode: 'create' | 'update' | 'any';
    }
  | {
      readonly kind: 'delete-configuration';
      /** lcuuid. */
      readonly group: string;
      readonly generation: ConfigGeneration;
    }
  | {
      readonly kind: 'update-agent';
      readonly lcuuid: string;
      readonly groupLcuuid?: string;
      readonly enable?: boolean;
    }
  /** It registers again with its next Sync, if it still runs. */
  | { readonly kind: 'delete-agent'; readonly lcuuid: string }
  | { readonly kind: 'set-tap-mode'; readonly lcuuids: readonly string[]; readonly tapMode: TapMode }
  /** The agent is told to fetch this revision; "" takes that back. */
  | { readonly kind: 'set-upgrade'; readonly lcuuid: string; readonly revision: string; readonly image?: string }
  | {
      readonly kind: 'create-domain';
      readonly name: string;
      /** Default: one that is made of the name. */
      readonly clusterId?: string;
      readonly config?: DomainConfig;
    }
  | {
      readonly kind: 'update-domain';
      readonly lcuuid: string;
      readonly name?: string;
      readonly enabled?: boolean;
      /** Replaces the keys that it names. */
      readonly config?: DomainConfig;
    }
  | { readonly kind: 'delete-domain'; readonly lcuuid: string };

/** 0 local, 1 virtual mirror, 2 physical mirror, 3 decapsulation. */
export type TapMode = 0 | 1 | 2 | 3;

/** `CONFIG` of a domain as it was given. */
export type DomainConfig = Readonly<Record<string, unknown>>;

/** `OPT_STATUS` of the real server's REST. */
export type OptStatus =
  | 'INVALID_PARAMETERS'
  | 'INVALID_POST_DATA'
  | 'RESOURCE_NOT_FOUND'
  | 'RESOURCE_ALREADY_EXIST'
  | 'RESOURCE_NUM_EXCEEDED'
  | 'FAIL'
  | 'SERVER_ERROR';

export type ChangeResult =
  /** `lcuuid` of what was made or changed. */
  { readonly ok: true; readonly lcuuid: string } | ChangeRefusal;

export interface ChangeRefusal {
  readonly ok: false;
  readonly status: OptStatus;
  /** What was found and what was expected, one line. */
  readonly description: string;
}

export function refuseChange(status: OptStatus, description: string): ChangeRefusal {
  return { ok: false, status, description };
}
