import { type ConversationList, conversationList } from '../../../src/replay/conversation-list.js';
import type { ReportedConversation } from '../../../src/replay/replay-report.js';

/** Conversations as a report has them. */
export function listed(...conversations: readonly ReportedConversation[]): ConversationList<ReportedConversation> {
  return conversationList(
    conversations,
    ({ verdict }) => verdict,
    (conversation) => conversation,
  );
}
