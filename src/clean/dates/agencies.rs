//! News agencies: codes, names and how they sign. A table of facts, sorted as it is read: the first row that fits counts.

use crate::article::{Agency, AgencyRole};
use rustc_hash::FxHashMap;
use std::sync::LazyLock;

/// An agency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AgencyRow {
    pub code: &'static str,
    pub name: &'static str,
    /// ISO 3166-1 alpha-2 of its seat.
    pub country: &'static str,
    /// How it stands in datelines, bylines and sign-offs; case counts.
    pub signs: &'static [&'static str],
}

impl AgencyRow {
    /// As it stands in a record.
    pub fn as_agency(&self, role: AgencyRole) -> Agency {
        Agency { code: self.code.to_owned(), name: self.name.to_owned(), role }
    }
}

#[rustfmt::skip]
pub static AGENCIES: &[AgencyRow] = &[
    AgencyRow { code: "AAP", name: "Australian Associated Press", country: "AU", signs: &["AAP", "Australian Associated Press"] },
    AgencyRow { code: "AA", name: "Anadolu Agency", country: "TR", signs: &["AA", "Anadolu", "Anadolu Agency", "Anadolu Ajansı", "الأناضول"] },
    AgencyRow { code: "AFP", name: "Agence France-Presse", country: "FR", signs: &["AFP", "Agence France-Presse", "Agence France Presse", "АФП", "أ ف ب", "فرانس برس", "法新社"] },
    AgencyRow { code: "AGERPRES", name: "Agerpres", country: "RO", signs: &["Agerpres", "AGERPRES"] },
    AgencyRow { code: "AGI", name: "Agenzia Giornalistica Italia", country: "IT", signs: &["AGI"] },
    AgencyRow { code: "ABR", name: "Agência Brasil", country: "BR", signs: &["Agência Brasil", "Agencia Brasil"] },
    AgencyRow { code: "ANA", name: "Athens-Macedonian News Agency", country: "GR", signs: &["ANA-MPA", "ΑΠΕ-ΜΠΕ", "AMNA"] },
    AgencyRow { code: "ANI", name: "Asian News International", country: "IN", signs: &["ANI", "Asian News International"] },
    AgencyRow { code: "ANP", name: "Algemeen Nederlands Persbureau", country: "NL", signs: &["ANP"] },
    AgencyRow { code: "ANSA", name: "Agenzia Nazionale Stampa Associata", country: "IT", signs: &["ANSA"] },
    AgencyRow { code: "ANTARA", name: "Antara", country: "ID", signs: &["ANTARA", "Antara"] },
    AgencyRow { code: "AP", name: "Associated Press", country: "US", signs: &["AP", "The Associated Press", "Associated Press", "أ ب", "أسوشيتد برس", "美联社"] },
    AgencyRow { code: "APA", name: "Austria Presse Agentur", country: "AT", signs: &["APA", "Austria Presse Agentur"] },
    AgencyRow { code: "APP", name: "Associated Press of Pakistan", country: "PK", signs: &["APP", "Associated Press of Pakistan"] },
    AgencyRow { code: "APS", name: "Algérie Presse Service", country: "DZ", signs: &["APS", "Algérie Presse Service"] },
    AgencyRow { code: "ARMENPRESS", name: "Armenpress", country: "AM", signs: &["Armenpress", "ARMENPRESS"] },
    AgencyRow { code: "AZERTAC", name: "Azerbaijan State News Agency", country: "AZ", signs: &["AZERTAC", "Azertag"] },
    AgencyRow { code: "BELGA", name: "Belga", country: "BE", signs: &["Belga", "BELGA"] },
    AgencyRow { code: "BELTA", name: "Belarusian Telegraph Agency", country: "BY", signs: &["BelTA", "BELTA", "БЕЛТА"] },
    AgencyRow { code: "BERNAMA", name: "Bernama", country: "MY", signs: &["Bernama", "BERNAMA"] },
    AgencyRow { code: "BLOOMBERG", name: "Bloomberg News", country: "US", signs: &["Bloomberg", "Bloomberg News"] },
    AgencyRow { code: "BNS", name: "Baltic News Service", country: "EE", signs: &["BNS"] },
    AgencyRow { code: "BSS", name: "Bangladesh Sangbad Sangstha", country: "BD", signs: &["BSS"] },
    AgencyRow { code: "BTA", name: "Bulgarian Telegraph Agency", country: "BG", signs: &["BTA", "БТА"] },
    AgencyRow { code: "CNA", name: "Central News Agency", country: "TW", signs: &["CNA", "中央社"] },
    AgencyRow { code: "CNS", name: "China News Service", country: "CN", signs: &["中新社", "中新网", "China News Service"] },
    AgencyRow { code: "CP", name: "The Canadian Press", country: "CA", signs: &["The Canadian Press", "Canadian Press", "La Presse Canadienne"] },
    AgencyRow { code: "CTK", name: "Czech News Agency", country: "CZ", signs: &["ČTK", "CTK"] },
    AgencyRow { code: "DJN", name: "Dow Jones Newswires", country: "US", signs: &["Dow Jones Newswires", "Dow Jones"] },
    AgencyRow { code: "DPA", name: "Deutsche Presse-Agentur", country: "DE", signs: &["dpa", "DPA", "Deutsche Presse-Agentur", "د ب أ"] },
    AgencyRow { code: "EFE", name: "Agencia EFE", country: "ES", signs: &["EFE", "Agencia EFE"] },
    AgencyRow { code: "ELTA", name: "ELTA", country: "LT", signs: &["ELTA"] },
    AgencyRow { code: "EP", name: "Europa Press", country: "ES", signs: &["Europa Press", "EUROPA PRESS"] },
    AgencyRow { code: "EPD", name: "Evangelischer Pressedienst", country: "DE", signs: &["epd"] },
    AgencyRow { code: "FENA", name: "Federalna novinska agencija", country: "BA", signs: &["FENA"] },
    AgencyRow { code: "GNA", name: "Ghana News Agency", country: "GH", signs: &["GNA"] },
    AgencyRow { code: "HINA", name: "Croatian News Agency", country: "HR", signs: &["Hina", "HINA"] },
    AgencyRow { code: "IANS", name: "Indo-Asian News Service", country: "IN", signs: &["IANS"] },
    AgencyRow { code: "INA", name: "Iraqi News Agency", country: "IQ", signs: &["INA"] },
    AgencyRow { code: "INTERFAX", name: "Interfax", country: "RU", signs: &["Interfax", "Интерфакс"] },
    AgencyRow { code: "IRNA", name: "Islamic Republic News Agency", country: "IR", signs: &["IRNA", "ایرنا"] },
    AgencyRow { code: "ISNA", name: "Iranian Students' News Agency", country: "IR", signs: &["ISNA", "ایسنا"] },
    AgencyRow { code: "JIJI", name: "Jiji Press", country: "JP", signs: &["Jiji", "Jiji Press", "時事通信"] },
    AgencyRow { code: "JTA", name: "Jewish Telegraphic Agency", country: "US", signs: &["JTA"] },
    AgencyRow { code: "KAZINFORM", name: "Kazinform", country: "KZ", signs: &["Kazinform", "KAZINFORM"] },
    AgencyRow { code: "KCNA", name: "Korean Central News Agency", country: "KP", signs: &["KCNA"] },
    AgencyRow { code: "KNA", name: "Katholische Nachrichten-Agentur", country: "DE", signs: &["KNA"] },
    AgencyRow { code: "KUNA", name: "Kuwait News Agency", country: "KW", signs: &["KUNA", "كونا"] },
    AgencyRow { code: "KYODO", name: "Kyodo News", country: "JP", signs: &["Kyodo", "Kyodo News", "共同通信"] },
    AgencyRow { code: "LETA", name: "LETA", country: "LV", signs: &["LETA"] },
    AgencyRow { code: "LUSA", name: "Lusa", country: "PT", signs: &["Lusa", "LUSA"] },
    AgencyRow { code: "MAP", name: "Maghreb Arabe Presse", country: "MA", signs: &["MAP"] },
    AgencyRow { code: "MENA", name: "Middle East News Agency", country: "EG", signs: &["MENA", "أ ش أ"] },
    AgencyRow { code: "MIA", name: "Media Information Agency", country: "MK", signs: &["MIA", "МИА"] },
    AgencyRow { code: "MTI", name: "Magyar Távirati Iroda", country: "HU", signs: &["MTI"] },
    AgencyRow { code: "NAN", name: "News Agency of Nigeria", country: "NG", signs: &["NAN"] },
    AgencyRow { code: "NNA", name: "National News Agency", country: "LB", signs: &["NNA"] },
    AgencyRow { code: "NTB", name: "Norsk Telegrambyrå", country: "NO", signs: &["NTB", "©NTB"] },
    AgencyRow { code: "PA", name: "PA Media", country: "GB", signs: &["PA", "PA Media", "Press Association"] },
    AgencyRow { code: "PAP", name: "Polska Agencja Prasowa", country: "PL", signs: &["PAP"] },
    AgencyRow { code: "PETRA", name: "Jordan News Agency", country: "JO", signs: &["Petra", "بترا"] },
    AgencyRow { code: "PL", name: "Prensa Latina", country: "CU", signs: &["Prensa Latina"] },
    AgencyRow { code: "PNA", name: "Philippine News Agency", country: "PH", signs: &["PNA"] },
    AgencyRow { code: "PTI", name: "Press Trust of India", country: "IN", signs: &["PTI", "Press Trust of India"] },
    AgencyRow { code: "QNA", name: "Qatar News Agency", country: "QA", signs: &["QNA", "قنا"] },
    AgencyRow { code: "REUTERS", name: "Reuters", country: "GB", signs: &["Reuters", "REUTERS", "Рейтер", "رويترز", "ロイター", "路透社", "로이터"] },
    AgencyRow { code: "RIA", name: "RIA Novosti", country: "RU", signs: &["RIA Novosti", "РИА Новости"] },
    AgencyRow { code: "RITZAU", name: "Ritzaus Bureau", country: "DK", signs: &["Ritzau", "/ritzau/"] },
    AgencyRow { code: "SANA", name: "Syrian Arab News Agency", country: "SY", signs: &["SANA", "سانا"] },
    AgencyRow { code: "SDA", name: "Keystone-SDA", country: "CH", signs: &["SDA", "ATS", "Keystone-SDA"] },
    AgencyRow { code: "SID", name: "Sport-Informations-Dienst", country: "DE", signs: &["SID", "sid"] },
    AgencyRow { code: "SITA", name: "SITA", country: "SK", signs: &["SITA"] },
    AgencyRow { code: "SPA", name: "Saudi Press Agency", country: "SA", signs: &["SPA", "واس"] },
    AgencyRow { code: "STA", name: "Slovenian Press Agency", country: "SI", signs: &["STA"] },
    AgencyRow { code: "STT", name: "Suomen Tietotoimisto", country: "FI", signs: &["STT"] },
    AgencyRow { code: "TANJUG", name: "Tanjug", country: "RS", signs: &["Tanjug", "Танјуг"] },
    AgencyRow { code: "TAP", name: "Tunis Afrique Presse", country: "TN", signs: &["TAP"] },
    AgencyRow { code: "TASR", name: "Tlačová agentúra Slovenskej republiky", country: "SK", signs: &["TASR"] },
    AgencyRow { code: "TASS", name: "TASS", country: "RU", signs: &["TASS", "ТАСС", "ITAR-TASS"] },
    AgencyRow { code: "TELAM", name: "Télam", country: "AR", signs: &["Télam", "Telam"] },
    AgencyRow { code: "TT", name: "TT Nyhetsbyrån", country: "SE", signs: &["TT"] },
    AgencyRow { code: "UKRINFORM", name: "Ukrinform", country: "UA", signs: &["Ukrinform", "Укрінформ"] },
    AgencyRow { code: "UNI", name: "United News of India", country: "IN", signs: &["UNI"] },
    AgencyRow { code: "UNIAN", name: "UNIAN", country: "UA", signs: &["UNIAN", "УНІАН"] },
    AgencyRow { code: "UPI", name: "United Press International", country: "US", signs: &["UPI", "United Press International"] },
    AgencyRow { code: "VNA", name: "Vietnam News Agency", country: "VN", signs: &["VNA", "TTXVN"] },
    AgencyRow { code: "WAM", name: "Emirates News Agency", country: "AE", signs: &["WAM", "وام"] },
    AgencyRow { code: "XINHUA", name: "Xinhua News Agency", country: "CN", signs: &["Xinhua", "新华社", "新华网", "شينخوا"] },
    AgencyRow { code: "YONHAP", name: "Yonhap News Agency", country: "KR", signs: &["Yonhap", "연합뉴스"] },
    AgencyRow { code: "ZENIT", name: "ZENIT", country: "VA", signs: &["ZENIT"] },
];

static BY_SIGN: LazyLock<FxHashMap<&'static str, &'static AgencyRow>> = LazyLock::new(|| {
    // From the last row to the first, so that the first with a sign has it.
    AGENCIES.iter().rev().flat_map(|row| row.signs.iter().map(move |sign| (*sign, row))).collect()
});

/// The agency whose sign is all of `text`.
pub fn signed(text: &str) -> Option<&'static AgencyRow> {
    let text = text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | '/' | '[' | ']' | '.' | ',' | ':' | '©'));
    BY_SIGN.get(text).copied()
}

/// The agency among several names: "(Reuters/AFP)", "dpa, AP".
pub fn among(text: &str) -> Option<&'static AgencyRow> {
    signed(text).or_else(|| text.split(['/', ',', ';', '|', '-', '–']).find_map(signed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs() {
        assert_eq!(signed("(Reuters)").map(|a| a.code), Some("REUTERS"));
        assert_eq!(signed(" /ТАСС/. ").map(|a| a.code), Some("TASS"));
        assert_eq!(among("dpa/AFP").map(|a| a.code), Some("DPA"));
        assert_eq!(signed("ap"), None);
        assert_eq!(signed(""), None);
    }
}
