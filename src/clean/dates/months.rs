//! Month names, in lower case: nominative, genitive and the usual abbreviations, without a full stop.
//!
//! One map for all languages: names hardly collide. Where they do, the language with more readers has the row: `listopad` is November
//! (Polish, Czech), though October in Croatian.

use super::words::{in_lower, leading_word};
use crate::clean::beginnings::FirstBytes;
use rustc_hash::FxHashMap;
use std::sync::LazyLock;

/// Rows of twelve months; names of one month are separated by blanks.
#[rustfmt::skip]
static MONTHS: &[[&str; 12]] = &[
    // English
    ["january jan", "february feb", "march mar", "april apr", "may", "june jun", "july jul", "august aug", "september sept sep", "october oct", "november nov", "december dec"],
    // German, Austrian
    ["januar jänner jän", "februar feber", "märz mär mrz", "april", "mai", "juni", "juli", "august", "september", "oktober okt", "november", "dezember dez"],
    // French
    ["janvier janv", "février fevrier févr fév", "mars", "avril avr", "mai", "juin", "juillet juil", "août aout", "septembre", "octobre", "novembre", "décembre decembre déc"],
    // Spanish
    ["enero ene", "febrero", "marzo", "abril abr", "mayo", "junio", "julio", "agosto ago", "septiembre setiembre set", "octubre", "noviembre", "diciembre dic"],
    // Portuguese
    ["janeiro", "fevereiro fev", "março", "abril", "maio", "junho", "julho", "agosto", "setembro", "outubro out", "novembro", "dezembro"],
    // Italian
    ["gennaio gen", "febbraio", "marzo", "aprile", "maggio mag", "giugno giu", "luglio lug", "agosto", "settembre sett", "ottobre ott", "novembre", "dicembre"],
    // Dutch
    ["januari", "februari", "maart mrt", "april", "mei", "juni", "juli", "augustus", "september", "oktober", "november", "december"],
    // Danish, Norwegian
    ["januar", "februar", "marts mars", "april", "maj mai", "juni", "juli", "august", "september", "oktober", "november", "december desember des"],
    // Swedish
    ["januari", "februari", "mars", "april", "maj", "juni", "juli", "augusti", "september", "oktober", "november", "december"],
    // Finnish
    ["tammikuu tammikuuta tammikuun", "helmikuu helmikuuta helmikuun", "maaliskuu maaliskuuta maaliskuun", "huhtikuu huhtikuuta huhtikuun", "toukokuu toukokuuta toukokuun", "kesäkuu kesäkuuta kesäkuun", "heinäkuu heinäkuuta heinäkuun", "elokuu elokuuta elokuun", "syyskuu syyskuuta syyskuun", "lokakuu lokakuuta lokakuun", "marraskuu marraskuuta marraskuun", "joulukuu joulukuuta joulukuun"],
    // Polish
    ["styczeń stycznia", "luty lutego", "marzec marca", "kwiecień kwietnia", "maj maja", "czerwiec czerwca", "lipiec lipca", "sierpień sierpnia", "wrzesień września", "październik października", "listopad listopada", "grudzień grudnia"],
    // Czech
    ["leden ledna", "únor února", "březen března", "duben dubna", "květen května", "červen června", "červenec července", "srpen srpna", "září", "říjen října", "listopadu", "prosinec prosince"],
    // Slovak
    ["január januára", "február februára", "marec marca", "apríl apríla", "máj mája", "jún júna", "júl júla", "august augusta", "septembra", "október októbra", "novembra", "decembra"],
    // Hungarian
    ["január jan", "február febr", "március márc", "április ápr", "május máj", "június jún", "július júl", "augusztus", "szeptember szept", "október", "november", "december"],
    // Romanian
    ["ianuarie ian", "februarie", "martie", "aprilie", "mai", "iunie iun", "iulie iul", "august", "septembrie", "octombrie", "noiembrie", "decembrie"],
    // Croatian, Bosnian
    ["siječanj siječnja", "veljača veljače", "ožujak ožujka", "travanj travnja", "svibanj svibnja", "lipanj lipnja", "srpanj srpnja", "kolovoz kolovoza", "rujan rujna", "", "studeni studenoga studenog", "prosinac prosinca"],
    // Serbian
    ["јануар јануара januara", "фебруар фебруара februara", "март марта marta", "април априла aprila", "мај маја", "јун јуна juna", "јул јула jula", "август августа avgust avgusta", "септембар септембра septembar", "октобар октобра oktobar oktobra", "новембар новембра novembar", "децембар децембра decembar"],
    // Russian
    ["январь января янв", "февраль февраля фев", "март марта мар", "апрель апреля апр", "май мая", "июнь июня июн", "июль июля июл", "август августа авг", "сентябрь сентября сен", "октябрь октября окт", "ноябрь ноября ноя", "декабрь декабря дек"],
    // Ukrainian
    ["січень січня", "лютий лютого", "березень березня", "квітень квітня", "травень травня", "червень червня", "липень липня", "серпень серпня", "вересень вересня", "жовтень жовтня", "листопад листопада", "грудень грудня"],
    // Bulgarian
    ["януари", "февруари", "март", "април", "май", "юни", "юли", "август", "септември", "октомври", "ноември", "декември"],
    // Greek
    ["ιανουάριος ιανουαρίου ιαν", "φεβρουάριος φεβρουαρίου φεβ", "μάρτιος μαρτίου μαρ", "απρίλιος απριλίου απρ", "μάιος μαΐου", "ιούνιος ιουνίου ιουν", "ιούλιος ιουλίου ιουλ", "αύγουστος αυγούστου αυγ", "σεπτέμβριος σεπτεμβρίου σεπ", "οκτώβριος οκτωβρίου οκτ", "νοέμβριος νοεμβρίου νοε", "δεκέμβριος δεκεμβρίου δεκ"],
    // Turkish
    ["ocak", "şubat", "mart", "nisan", "mayıs", "haziran", "temmuz", "ağustos", "eylül", "ekim", "kasım", "aralık"],
    // Indonesian, Malay
    ["januari", "februari", "maret mac", "april", "mei", "juni jun", "juli julai", "agustus ogos", "september", "oktober", "november", "desember disember"],
    // Arabic: the Gregorian names of Egypt and of the Levant
    ["يناير", "فبراير شباط", "مارس آذار", "أبريل ابريل نيسان", "مايو أيار", "يونيو حزيران", "يوليو تموز", "أغسطس اغسطس آب", "سبتمبر أيلول", "أكتوبر اكتوبر", "نوفمبر", "ديسمبر"],
    // Hebrew
    ["ינואר בינואר", "פברואר בפברואר", "מרץ במרץ", "אפריל באפריל", "מאי במאי", "יוני ביוני", "יולי ביולי", "אוגוסט באוגוסט", "ספטמבר בספטמבר", "אוקטובר באוקטובר", "נובמבר בנובמבר", "דצמבר בדצמבר"],
    // Hindi
    ["जनवरी", "फ़रवरी फरवरी", "मार्च", "अप्रैल", "मई", "जून", "जुलाई", "अगस्त", "सितंबर सितम्बर", "अक्टूबर अक्तूबर", "नवंबर नवम्बर", "दिसंबर दिसम्बर"],
    // Catalan
    ["gener", "febrer", "març", "abril", "maig", "juny", "juliol jul", "agost", "setembre", "octubre", "novembre", "desembre"],
    // Galician
    ["xaneiro xan", "febreiro", "marzo", "abril", "maio", "xuño", "xullo", "agosto", "setembro", "outubro", "novembro", "decembro"],
    // Basque
    ["urtarrilak urtarrilaren urtarrila", "otsailak otsailaren otsaila", "martxoak martxoaren martxoa", "apirilak apirilaren apirila", "maiatzak maiatzaren maiatza", "ekainak ekainaren ekaina", "uztailak uztailaren uztaila", "abuztuak abuztuaren abuztua", "irailak irailaren iraila", "urriak urriaren urria", "azaroak azaroaren azaroa", "abenduak abenduaren abendua"],
    // Welsh
    ["ionawr", "chwefror", "mawrth", "ebrill", "mai", "mehefin", "gorffennaf", "awst", "medi", "hydref", "tachwedd", "rhagfyr"],
    // Icelandic
    ["janúar", "febrúar", "mars", "apríl", "maí", "júní", "júlí", "ágúst", "september", "október", "nóvember", "desember"],
    // Slovenian
    ["januarja", "februarja", "marca marec", "aprila", "maja", "junij junija", "julij julija", "avgust avgusta", "septembra", "oktobra", "novembra", "decembra"],
    // Lithuanian
    ["sausis sausio", "vasaris vasario", "kovas kovo", "balandis balandžio", "gegužė gegužės", "birželis birželio", "liepa liepos", "rugpjūtis rugpjūčio", "rugsėjis rugsėjo", "spalis spalio", "lapkritis lapkričio", "gruodis gruodžio"],
    // Latvian
    ["janvāris janvārī", "februāris februārī", "marts martā", "aprīlis aprīlī", "maijs maijā", "jūnijs jūnijā", "jūlijs jūlijā", "augusts augustā", "septembris septembrī", "oktobris oktobrī", "novembris novembrī", "decembris decembrī"],
    // Estonian
    ["jaanuar jaanuaril", "veebruar veebruaril", "märts märtsil", "aprill aprillil", "mail", "juuni juunil", "juuli juulil", "augustil", "septembril", "oktoober oktoobril", "novembril", "detsember detsembril"],
    // Albanian
    ["janar", "shkurt", "mars", "prill", "maj", "qershor", "korrik", "gusht", "shtator", "tetor", "nëntor", "dhjetor"],
    // Macedonian
    ["јануари", "февруари", "март", "април", "мај", "јуни", "јули", "август", "септември", "октомври", "ноември", "декември"],
    // Belarusian
    ["студзень студзеня", "люты лютага", "сакавік сакавіка", "красавік красавіка", "май мая", "чэрвень чэрвеня", "ліпень ліпеня", "жнівень жніўня", "верасень верасня", "кастрычнік кастрычніка", "лістапад лістапада", "снежань снежня"],
    // Kazakh
    ["қаңтар", "ақпан", "наурыз", "сәуір", "мамыр", "маусым", "шілде", "тамыз", "қыркүйек", "қазан", "қараша", "желтоқсан"],
    // Azerbaijani, Uzbek
    ["yanvar", "fevral", "mart", "aprel", "may", "iyun", "iyul", "avqust avgust", "sentyabr sentabr", "oktyabr oktabr", "noyabr", "dekabr"],
    // Georgian
    ["იანვარი იანვარს", "თებერვალი თებერვალს", "მარტი მარტს", "აპრილი აპრილს", "მაისი მაისს", "ივნისი ივნისს", "ივლისი ივლისს", "აგვისტო აგვისტოს", "სექტემბერი სექტემბერს", "ოქტომბერი ოქტომბერს", "ნოემბერი ნოემბერს", "დეკემბერი დეკემბერს"],
    // Armenian
    ["հունվար հունվարի", "փետրվար փետրվարի", "մարտ մարտի", "ապրիլ ապրիլի", "մայիս մայիսի", "հունիս հունիսի", "հուլիս հուլիսի", "օգոստոս օգոստոսի", "սեպտեմբեր սեպտեմբերի", "հոկտեմբեր հոկտեմբերի", "նոյեմբեր նոյեմբերի", "դեկտեմբեր դեկտեմբերի"],
    // Persian and Urdu names of the Gregorian months
    ["ژانویه جنوری", "فوریه فروری", "مارس مارچ", "آوریل اپریل", "مه می مئی", "ژوئن جون", "ژوئیه جولای جولائی", "اوت آگوست اگست", "سپتامبر ستمبر", "اکتبر اکتوبر", "نوامبر نومبر", "دسامبر دسمبر"],
    // The Maghreb
    ["جانفي", "فيفري", "مارس", "أفريل", "ماي", "جوان", "جويلية", "أوت", "سبتمبر", "أكتوبر", "نوفمبر", "ديسمبر"],
    // Bengali
    ["জানুয়ারি জানুয়ারি", "ফেব্রুয়ারি ফেব্রুয়ারি", "মার্চ", "এপ্রিল", "মে", "জুন", "জুলাই", "আগস্ট অগস্ট", "সেপ্টেম্বর", "অক্টোবর", "নভেম্বর", "ডিসেম্বর"],
    // Marathi
    ["जानेवारी", "फेब्रुवारी", "मार्च", "एप्रिल", "मे", "जून", "जुलै", "ऑगस्ट", "सप्टेंबर", "ऑक्टोबर", "नोव्हेंबर", "डिसेंबर"],
    // Tamil
    ["ஜனவரி", "பிப்ரவரி", "மார்ச்", "ஏப்ரல்", "மே", "ஜூன்", "ஜூலை", "ஆகஸ்ட்", "செப்டம்பர்", "அக்டோபர்", "நவம்பர்", "டிசம்பர்"],
    // Thai; its abbreviations are in [`super::absolute`]
    ["มกราคม", "กุมภาพันธ์", "มีนาคม", "เมษายน", "พฤษภาคม", "มิถุนายน", "กรกฎาคม", "สิงหาคม", "กันยายน", "ตุลาคม", "พฤศจิกายน", "ธันวาคม"],
    // Swahili
    ["januari", "februari", "machi", "aprili", "mei", "juni", "julai", "agosti", "septemba", "oktoba", "novemba", "desemba"],
    // Filipino
    ["enero", "pebrero", "marso", "abril", "mayo", "hunyo", "hulyo", "agosto", "setyembre", "oktubre", "nobyembre", "disyembre"],
];

static BY_NAME: LazyLock<FxHashMap<&'static str, i8>> = LazyLock::new(|| {
    let mut map = FxHashMap::default();
    for row in MONTHS {
        for (month, names) in (1i8..).zip(row) {
            for name in names.split(' ').filter(|n| !n.is_empty()) {
                map.entry(name).or_insert(month);
            }
        }
    }
    map
});

/// Names of two words, the Arabic ones of the Levant and Iraq: (first, second, month).
static PAIRS: &[(&str, &str, i8)] = &[
    ("كانون", "الثاني", 1),
    ("تشرين", "الأول", 10),
    ("تشرين", "الاول", 10),
    ("تشرين", "الثاني", 11),
    ("كانون", "الأول", 12),
    ("كانون", "الاول", 12),
];

/// The month that two words name.
pub fn named_by_two(first: &str, second: &str) -> Option<i8> {
    PAIRS.iter().find(|(a, b, _)| *a == first && *b == second).map(|(_, _, month)| *month)
}

/// Vietnamese has a word and a number for each month.
pub const VIETNAMESE: &str = "tháng";

/// What the names of months begin with.
pub static BEGINS: LazyLock<FirstBytes> = LazyLock::new(|| {
    let names = MONTHS.iter().flatten().flat_map(|names| names.split(' ')).filter(|name| !name.is_empty());
    FirstBytes::new(names.chain(PAIRS.iter().map(|(first, ..)| *first)).chain([VIETNAMESE]))
});

/// The month (1-12) that a word names, any language, any case.
pub fn named(word: &str) -> Option<i8> {
    // The longest name has 17 letters; what is longer need not be lowered.
    (word.len() <= 60).then(|| in_lower(word, |lower| BY_NAME.get(lower).copied())).flatten()
}

/// The month that `text` begins with, and the bytes of its name with a full stop behind it.
pub fn leading(text: &str) -> Option<(i8, usize)> {
    let word = leading_word(text);
    let month = named(word)?;
    Some((month, word.len() + usize::from(text[word.len()..].starts_with('.'))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_has_twelve_months_of_a_language() {
        assert!(MONTHS.len() >= 48);
        for row in MONTHS {
            // Croatian leaves October to Polish and Czech.
            assert!(row.iter().filter(|names| !names.is_empty()).count() >= 11, "{row:?}");
            assert!(row.iter().flat_map(|names| names.split(' ')).all(|n| n.to_lowercase() == n && leading_word(n) == n), "{row:?}");
        }
    }

    #[test]
    fn names_of_many_languages() {
        for (word, month) in [
            ("July", 7),
            ("JÄNNER", 1),
            ("août", 8),
            ("июля", 7),
            ("липня", 7),
            ("września", 9),
            ("maggio", 5),
            ("Ağustos", 8),
            ("يوليو", 7),
            ("liepos", 7),
            ("ივლისი", 7),
            ("กรกฎาคม", 7),
            ("জুলাই", 7),
            ("ژوئیه", 7),
            ("липень", 7),
        ] {
            assert_eq!(named(word), Some(month), "{word}");
        }
        assert_eq!(named("Monday"), None);
        assert_eq!(leading("Nov. 3"), Some((11, 4)));
        assert_eq!(leading("6 July"), None);
    }
}
