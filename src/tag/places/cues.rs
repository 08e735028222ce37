//! Words beside a name that speak for or against a place. Hashes of the folded words, made once.

use crate::tag::fold::word_hash;
use rustc_hash::FxHashMap;
use std::sync::LazyLock;

/// What a word beside a name says. Bits, because a word can say several things.
pub type Cue = u16;

/// Before a place: `in`, `near`.
pub const WHERE: Cue = 1;
/// `of`, `to`, `from`, `for`, `and`: before places and anything else.
pub const MAYBE: Cue = 2;
/// Before a person: `Mr`, `President`.
pub const TITLE: Cue = 4;
/// Of an organisation, behind or before the name: `University`, `Times`, `Bank`.
pub const BODY: Cue = 8;
/// Part of the name of a road, a building, a team, a ship: `Street`, `Airport`, `Island`.
pub const THING: Cue = 16;
/// Before a place's name and part of what it is: `northern`, `downtown`, `province`, `city`.
pub const PART: Cue = 32;
/// Behind a person: `said`, `who`.
pub const SPEAKS: Cue = 64;
/// Behind a place and not part of it: `Mayor`, `Police`, `resident`.
pub const OFFICE: Cue = 128;
/// `and`, `or`.
pub const AND: Cue = 256;
/// `the`.
pub const THE: Cue = 512;
/// Behind a place, naming its kind: `County`, `Province`.
pub const UNIT: Cue = 1024;

const WORDS: &[(Cue, &str)] = &[
    (
        WHERE,
        "in near at around outside across throughout within inside into toward towards via between through beyond off \
         en dans chez près vers aux sur in bei nach aus durch um en desde hacia cerca em na no nas nos para nella nel a i w we z do ve da \
         в на из под near over against στη στην στο στον από",
    ),
    (MAYBE, "of to from for by on with de del du des von zu zur di della du à au from than"),
    (AND, "and or und et y e и og och en i"),
    (THE, "the la le der die das el los las il lo l"),
    (
        TITLE,
        "mr mrs ms miss dr sir lord lady dame president minister premier chancellor senator sen rep representative congressman congresswoman governor gov \
         mayor judge justice general gen colonel col captain capt major lieutenant lt sergeant sgt officer prince princess king queen pope bishop \
         archbishop cardinal father rev reverend pastor professor prof coach actor actress singer author director chairman ceo secretary spokesman \
         spokeswoman ambassador herr frau monsieur madame señor don doña st saint brother sister uncle aunt chief detective inspector",
    ),
    (
        BODY,
        "university college school institute academy times post herald tribune journal gazette news press daily bank fc united athletic rovers wanderers airlines \
         airways motors corp corporation inc ltd llc company co group holdings party committee commission council court ministry department \
         agency association society foundation trust union federation league cup championship championships open grand prix festival orchestra \
         symphony opera ballet museum gallery theatre theater library hospital clinic church cathedral mosque temple parliament assembly \
         senate congress army navy force guard police stock exchange securities energy oil gas telecom electric insurance partners capital fund \
         magazine radio television tv channel studios records entertainment review chronicle observer guardian mirror telegraph star sun globe \
         examiner inquirer dispatch standard express mail examiner register sentinel courier \
         patriots cowboys giants jets bears packers eagles redskins steelers ravens bengals browns colts texans titans jaguars broncos chiefs \
         raiders chargers cardinals rams seahawks falcons panthers saints buccaneers vikings lions dolphins yankees mets dodgers cubs lakers \
         celtics knicks bulls heat spurs rockets warriors clippers nets pistons pacers bucks hawks hornets magic wizards kings suns jazz \
         rangers islanders bruins penguins flyers capitals hurricanes lightning blackhawks maple canadiens senators oilers flames canucks sharks \
         ducks kings predators blues wild avalanche stars city",
    ),
    (
        THING,
        "street st avenue ave road rd boulevard blvd drive lane highway bridge airport station stadium arena square park gardens palace castle tower towers building \
         center centre house hall hotel mall plaza bay beach lake river creek island islands mountain mountains valley canyon hill hills forest \
         falls canal harbor harbour port lighthouse dam mine prison jail base act agreement accord accords treaty declaration protocol convention \
         conference summit war revolution uprising massacre marathon dollar syndrome virus disease fever trail railway railroad line tunnel \
         cemetery monument memorial zoo market terrier bible cheese",
    ),
    (
        PART,
        "northern southern eastern western northeastern northwestern southeastern southwestern north south east west northeast northwest southeast southwest \
         central downtown upper lower greater rural suburban mainland province city town village state capital district region county suburb \
         nearby neighboring neighbouring coastal republic island island port border metropolitan",
    ),
    (SPEAKS, "said says told who added whose himself herself explained testified wrote replied jr sr tweeted recalled argued scored"),
    (
        OFFICE,
        "mayor governor gov senator sen attorney president prime minister police resident residents native judge officials government authorities \
         embassy office region republican democrat rep",
    ),
    (UNIT, "county province region state district oblast governorate prefecture parish peninsula municipality township borough"),
];

static CUES: LazyLock<FxHashMap<u64, Cue>> = LazyLock::new(|| {
    let mut out = FxHashMap::default();
    for (cue, words) in WORDS {
        for word in words.split_whitespace() {
            *out.entry(word_hash(word)).or_insert(0) |= cue;
        }
    }
    out
});

/// Makes the table.
pub fn load() {
    LazyLock::force(&CUES);
}

/// What a word says; 0 is nothing.
pub fn of(hash: u64) -> Cue {
    CUES.get(&hash).copied().unwrap_or(0)
}
