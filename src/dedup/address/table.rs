//! Rules about addresses, as rows. Names are compared in lower case.

/// When a query parameter with a name of this list is left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Omit {
    /// Whatever its value.
    Always,
    /// Unless the value is a number: the name tells where the reader came from on most sites, and picks an item on some.
    UnlessNumber,
    /// Only with exactly this value.
    Value(&'static str),
}

use Omit::{Always, UnlessNumber, Value};

/// Query parameters that choose no content. Everything that is not here stays: `id`, `p`, `story`, `page`, `sid`, `v`, `q` pick articles.
pub const PARAMETERS: &[(&str, Omit)] = &[
    // Click identifiers of advertisers and networks.
    ("fbclid", Always),
    ("gclid", Always),
    ("gclsrc", Always),
    ("dclid", Always),
    ("gbraid", Always),
    ("wbraid", Always),
    ("msclkid", Always),
    ("yclid", Always),
    ("ysclid", Always),
    ("twclid", Always),
    ("ttclid", Always),
    ("li_fat_id", Always),
    ("igshid", Always),
    ("igsh", Always),
    ("epik", Always),
    ("rdt_cid", Always),
    ("vero_id", Always),
    ("vero_conv", Always),
    ("wickedid", Always),
    ("_openstat", Always),
    ("s_kwcid", Always),
    ("ef_id", Always),
    ("irclickid", Always),
    ("irgwc", Always),
    ("zanpid", Always),
    ("admitad_uid", Always),
    ("rb_clickid", Always),
    ("gad_source", Always),
    ("gad_campaignid", Always),
    ("srsltid", Always),
    // Newsletters and mail tools.
    ("mc_cid", Always),
    ("mc_eid", Always),
    ("_hsenc", Always),
    ("_hsmi", Always),
    ("__hssc", Always),
    ("__hstc", Always),
    ("__hsfp", Always),
    ("hsctatracking", Always),
    ("mkt_tok", Always),
    ("oly_anon_id", Always),
    ("oly_enc_id", Always),
    ("ml_subscriber", Always),
    ("ml_subscriber_hash", Always),
    ("_bta_tid", Always),
    ("_bta_c", Always),
    ("trk_contact", Always),
    ("trk_msg", Always),
    ("trk_module", Always),
    ("trk_sid", Always),
    ("nl_id", Always),
    ("newsletter_id", Always),
    ("wt_mc", Always),
    ("wt.mc_id", Always),
    // Analytics that travel in links.
    ("_ga", Always),
    ("_gl", Always),
    ("_gac", Always),
    ("_ke", Always),
    ("spm", Always),
    ("scm", Always),
    ("cmpid", Always),
    ("cmp_id", Always),
    ("cid", UnlessNumber),
    ("icid", Always),
    ("ncid", Always),
    ("ocid", Always),
    ("smid", Always),
    ("smtyp", Always),
    ("sr_share", Always),
    ("partner", UnlessNumber),
    ("campaign", UnlessNumber),
    ("ns_campaign", Always),
    ("ns_mchannel", Always),
    ("ns_source", Always),
    ("ns_linkname", Always),
    ("ns_fee", Always),
    ("at_medium", Always),
    ("at_campaign", Always),
    ("at_link_id", Always),
    ("at_link_type", Always),
    ("at_link_origin", Always),
    ("at_format", Always),
    ("at_ptr_name", Always),
    ("at_bbc_team", Always),
    ("guccounter", Always),
    ("guce_referrer", Always),
    ("guce_referrer_sig", Always),
    ("ftag", Always),
    ("xtor", Always),
    ("sh", Value("share")),
    ("__twitter_impression", Always),
    ("__tn__", Always),
    ("__cft__", Always),
    ("fb_action_ids", Always),
    ("fb_action_types", Always),
    ("fb_comment_id", Always),
    ("fb_ref", Always),
    ("fb_source", Always),
    ("action_object_map", Always),
    ("action_type_map", Always),
    ("action_ref_map", Always),
    // Where the reader came from.
    ("ref", UnlessNumber),
    ("ref_", Always),
    ("ref_src", Always),
    ("ref_url", Always),
    ("referrer", UnlessNumber),
    ("referer", UnlessNumber),
    ("source", UnlessNumber),
    ("src", UnlessNumber),
    ("feedtype", Always),
    ("feedname", Always),
    ("rss", UnlessNumber),
    ("sharetype", Always),
    ("shared", UnlessNumber),
    ("share", UnlessNumber),
    ("share_source", Always),
    ("sharetoken", Always),
    ("fromrss", Always),
    ("traffic_source", Always),
    ("ito", UnlessNumber),
    ("soc_src", Always),
    ("soc_trk", Always),
    ("recruiter", Always),
    ("unlocked_article_code", Always),
    // Sessions.
    ("phpsessid", Always),
    ("jsessionid", Always),
    ("sessionid", Always),
    ("session_id", Always),
    ("cfid", Always),
    ("cftoken", Always),
    ("osessionid", Always),
    // The same article in another dress.
    ("amp", Always),
    ("_amp", Always),
    ("amp_js_v", Always),
    ("amp_gsa", Always),
    ("usqp", Always),
    ("outputtype", Value("amp")),
    ("outputtype", Value("default-amp")),
    ("service", Value("amp")),
    ("view", Value("amp")),
    ("format", Value("amp")),
    ("mobile", Value("1")),
    ("mobile", Value("true")),
    ("m", Value("1")),
    ("print", Value("1")),
    ("print", Value("true")),
    ("view", Value("print")),
    ("nocache", Always),
    ("_", UnlessNumber),
];

/// Beginnings of names of parameters that choose no content.
pub const PARAMETER_PREFIXES: &[&str] = &[
    "utm_",         // Google Analytics and all who copy it
    "utm-",         // misspelt
    "pk_",          // Piwik
    "piwik_",       // Piwik
    "mtm_",         // Matomo
    "matomo_",      // Matomo
    "hsa_",         // HubSpot advertisements
    "aspsessionid", // classic ASP appends a random tail to the name
    "_branch_",     // deep links of apps
    "itm_",         // internal campaigns
    "stm_",         // stm_source and its like
    "int_cmp",      // internal campaigns
    "wt_zmc",       // Webtrekk
];

/// Labels before the registrable domain that lead to the same article as the host without them.
pub const TWIN_LABELS: &[&str] = &["www", "www2", "m", "mobile", "amp", "wap", "touch"];

/// Hosts that serve other hosts' pages, and the beginnings of paths after which the page's own host and path stand.
pub const CACHES: &[(&str, &[&str])] = &[
    // https://example-com.cdn.ampproject.org/c/s/example.com/story
    ("ampproject.org", &["/c/s/", "/v/s/", "/a/s/", "/c/", "/v/"]),
    // https://www.google.com/amp/s/example.com/story
    ("google.com", &["/amp/s/", "/amp/"]),
    // https://www.bing.com/amp/s/example.com/story
    ("bing.com", &["/amp/s/", "/amp/"]),
];

/// Last segments that name the folder they stand in.
pub const INDEX_FILES: &[&str] = &[
    "index.html",
    "index.htm",
    "index.shtml",
    "index.php",
    "index.jsp",
    "index.asp",
    "index.aspx",
    "default.htm",
    "default.html",
    "default.asp",
    "default.aspx",
];

/// Last segments that show the article before them as AMP.
pub const AMP_SEGMENTS: &[&str] = &["amp", "amp.html", "index.amp.html", "_amp"];

/// Ends of the last segment of AMP pages, and what the page itself has there.
pub const AMP_SUFFIXES: &[(&str, &str)] =
    &[(".amp.html", ".html"), (".amp.htm", ".htm"), (".amp.php", ".php"), ("_amp.html", ".html"), ("-amp.html", ".html"), (".amp", "")];

/// Path parameters (`;name=...`) that are sessions. Other path parameters stay: some sites number their articles so.
pub const PATH_SESSIONS: &[&str] = &["jsessionid", "phpsessid", "sid", "sessionid"];

/// Canonical addresses that end in such a segment were filled in by a broken template or name a front page.
pub const NO_CANONICAL: &[&str] =
    &["undefined", "null", "nan", "none", "404", "error", "not-found", "home", "login", "signin", "register", "subscribe", "consent"];
