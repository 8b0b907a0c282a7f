/*
 * What the Bot API says a request failed for. Upstream's library knows these descriptions: it gives each its own status,
 * whatever status came with it, and shows what follows the colon. Of any other it shows the whole (spec §10.6).
 */

const GENERAL: Readonly<Record<string, number>> = {
  "Request Entity Too Large": 400,
  Unauthorized: 401,
  "Not Found": 404,
  "Internal Server Error": 500,
};

const BAD_REQUESTS = [
  "BUTTON_DATA_INVALID",
  "CHANNELS_TOO_MUCH",
  "CHAT_SEND_GIFS_FORBIDDEN",
  "HIDE_REQUESTER_MISSING",
  "IMAGE_PROCESS_FAILED",
  "STICKERSET_INVALID",
  "USER_ALREADY_PARTICIPANT",
  "USER_CHANNELS_TOO_MUCH",
  "USER_ID_INVALID",
  "administrators of the chat restricted message forwarding",
  "can't remove chat owner",
  "can't upload file by URL",
  "can't use the media of the specified type in the album",
  "chat description is not modified",
  "chat not found",
  "chat_id is empty",
  "expected an Array of String as options",
  "failed to get HTTP URL content",
  "have no rights to send a message",
  "invalid sticker emojis",
  "invalid sticker set name is specified",
  "message can't be deleted",
  "message can't be edited",
  "message is not modified",
  "message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message",
  "message is too long",
  "message must be non-empty",
  "message to delete not found",
  "message to forward not found",
  "not enough rights to restrict/unrestrict chat member",
  "not enough rights to send photos to the chat",
  "not enough rights to send stickers to the chat",
  "query is too old and response timeout expired or query ID is invalid",
  "reply markup is too long",
  "reply message not found",
  "sticker set name is already occupied",
  "text is empty",
  "user is an administrator of the chat",
  "wrong HTTP URL specified",
  "wrong file identifier/HTTP URL specified",
  "wrong remote file id specified: Wrong character in the string",
  "wrong remote file id specified: Wrong padding in the string",
  "wrong remote file id specified: Wrong string length",
  "wrong remote file id specified: can't unserialize it. Wrong last symbol",
  "wrong type of the web page content",
];

const FORBIDDEN = [
  "bot can't initiate conversation with a user",
  "bot is not a member of the channel chat",
  "bot was blocked by the user",
  "bot was kicked from the channel chat",
  "bot was kicked from the group chat",
  "bot was kicked from the supergroup chat",
  "user is deactivated",
];

/** The statuses of the descriptions that are known. */
export const KNOWN_ERRORS: ReadonlyMap<string, number> = new Map([
  ...Object.entries(GENERAL),
  ...BAD_REQUESTS.map((text) => [`Bad Request: ${text}`, 400] as const),
  ...FORBIDDEN.map((text) => [`Forbidden: ${text}`, 403] as const),
]);

/** Those that are shown in other words. */
export const REWORDED: Readonly<Record<string, string>> = {
  "Bad Request: CHAT_SEND_GIFS_FORBIDDEN": "sending GIFS is not allowed in this chat",
  "Bad Request: IMAGE_PROCESS_FAILED": "Image process failed",
  "Bad Request: STICKERSET_INVALID": "Stickerset is invalid",
  "Bad Request: USER_ALREADY_PARTICIPANT": "User is already a participant",
};

/** A group has become a supergroup and moved to another chat. */
export const GROUP_MIGRATED = "Bad Request: group chat was upgraded to a supergroup chat";
