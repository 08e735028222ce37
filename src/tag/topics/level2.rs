//! Phrases that name a topic of the second level. Written for this project.
//!
//! Topics and names are IPTC Media Topics (© IPTC, CC BY 4.0). A topic has a row when a few words of one or two parts say it beyond doubt; the
//! second level's catch-alls ("society", "products and services") have none. Plurals need no row of their own.

/// Code, name, phrases.
pub(super) const LEVEL2: &[(&str, &str, &str)] = &[
    (
        "20000082",
        "crime",
        "murder|homicide|manslaughter|robbery|burglary|kidnapping|fraud|money laundering|drug trafficking|human trafficking|arson|stabbing|sexual assault|theft|bribery|embezzlement",
    ),
    (
        "20000106",
        "judiciary",
        "supreme court|appeal court|appeals court|high court|court ruling|jury|judge ruled|trial judge|lawsuit|prosecutor|plaintiff|defendant|grand jury|district court",
    ),
    (
        "20000129",
        "law enforcement",
        "police officer|police said|arrested|detective|sheriff|arrest warrant|police chief|law enforcement|fbi agent|police custody",
    ),
    (
        "20000139",
        "accident and emergency incident",
        "plane crash|car crash|train crash|derailed|collision|explosion|gas leak|shipwreck|capsized|road accident|bus crash|helicopter crash",
    ),
    (
        "20000148",
        "disaster",
        "earthquake|tsunami|flood|landslide|wildfire|hurricane|typhoon|cyclone|tornado|volcanic eruption|avalanche|famine|bushfire|aftershock",
    ),
    (
        "20000168",
        "emergency response",
        "rescue team|search and|rescue worker|firefighter|evacuation|paramedic|rescue operation|relief worker|coast guard",
    ),
    (
        "20000344",
        "economy",
        "inflation|economic growth|gross domestic|gdp|interest rate|central bank|recession|monetary policy|budget deficit|unemployment rate|trade deficit|consumer price",
    ),
    (
        "20000385",
        "market and exchange",
        "stock market|wall street|nasdaq|dow jones|ftse|bond yield|exchange rate|crude oil|oil price|stock index|share price|futures|sensex|nikkei",
    ),
    (
        "20000170",
        "business information",
        "quarterly profit|merger|takeover bid|acquisition|shareholder|bankruptcy|chief executive|net income|earnings per|layoff|initial public|dividend",
    ),
    (
        "20000400",
        "school",
        "high school|primary school|secondary school|elementary school|school board|classroom|school district|private school|headteacher|kindergarten",
    ),
    ("20000415", "students", "student loan|student debt|undergraduate|university student|college student|student union|pupil"),
    ("20000416", "teachers", "teacher|teaching staff|teachers union|lecturer|head teacher"),
    (
        "20000418",
        "climate change",
        "climate change|global warming|carbon emission|greenhouse gas|net zero|climate crisis|carbon dioxide|climate summit|paris agreement",
    ),
    (
        "20000420",
        "conservation",
        "conservationist|endangered species|wildlife conservation|nature reserve|biodiversity|national park|poaching|rewilding",
    ),
    (
        "20000424",
        "environmental pollution",
        "air pollution|air quality|smog|water pollution|plastic waste|oil spill|toxic waste|pollution|contamination",
    ),
    (
        "20000446",
        "disease and condition",
        "coronavirus|covid|cancer|influenza|malaria|ebola|diabetes|measles|outbreak|epidemic|pandemic|tuberculosis|dementia|alzheimer|heart disease|cholera|infection",
    ),
    (
        "20000464",
        "health treatment and procedure",
        "vaccine|vaccination|surgery|chemotherapy|clinical trial|antibiotic|transplant|therapy|medication|immunization",
    ),
    ("20000461", "health facility", "intensive care|emergency room|hospital bed|hospital ward|clinic|nursing home"),
    ("20000485", "medical profession", "nurse|surgeon|physician|junior doctor|doctors and|medical staff"),
    ("20000505", "celebrity", "celebrity|celebrities|kardashian|reality star|red carpet|paparazzi"),
    ("20000498", "award and prize", "nobel prize|lifetime achievement|award ceremony|prize winner|pulitzer"),
    (
        "20000524",
        "labour relations",
        "strike action|industrial action|collective bargaining|walkout|pay dispute|picket line|general strike|rail strike",
    ),
    ("20000509", "employment", "job cut|job losse|layoff|minimum wage|redundancy|wage growth|hiring|pay rise|remote work"),
    ("20000533", "unemployment", "unemployment|jobless|jobless rate|unemployed"),
    ("20000536", "unions", "trade union|labor union|labour union|union member|union leader"),
    ("20000531", "retirement", "retirement age|pension|pensioner|retiree"),
    (
        "20000538",
        "leisure",
        "tourist|tourism|holidaymaker|resort|cruise ship|hiking|sightseeing|theme park|camping|vacation|video game|board game|gardening",
    ),
    ("20000565", "lifestyle", "fashion|fashion week|designer|recipe|restaurant|chef|interior design|skincare|makeup|cuisine"),
    ("20001339", "wellness", "yoga|meditation|mindfulness|workout|weight loss|fitness"),
    (
        "20000574",
        "election",
        "election|polling station|ballot|presidential candidate|voter|exit poll|primary election|referendum|presidential race|vote count|swing state|electoral",
    ),
    (
        "20000593",
        "government",
        "prime minister|cabinet minister|white house|head of|parliament|senate|congress|house of|finance minister|interior minister|state department|downing street",
    ),
    (
        "20000621",
        "government policy",
        "immigration policy|tax policy|foreign policy|economic policy|executive order|legislation|new law|austerity",
    ),
    (
        "20000638",
        "international relations",
        "foreign minister|diplomat|diplomatic|ambassador|united nations|bilateral|sanction|summit|security council|european union|treaty|foreign ministry|embassy|nato",
    ),
    ("20000587", "fundamental rights", "human right|civil right|freedom of|press freedom|free speech"),
    ("20000648", "political dissent", "political prisoner|dissident|opposition activist|pro-democracy|anti-government"),
    ("20000647", "political crisis", "impeachment|no confidence|snap election|political crisis|state of|constitutional crisis"),
    (
        "20000657",
        "belief systems",
        "christian|christianity|muslim|islam|jewish|judaism|hindu|buddhist|catholic|catholic church|sikh|orthodox church",
    ),
    ("20000697", "religious facility", "mosque|cathedral|synagogue|church building|monastery|gurdwara|basilica"),
    ("20000703", "religious leader", "pope|archbishop|bishop|imam|rabbi|cardinal|dalai lama|cleric|ayatollah"),
    ("20000690", "religious festival and holiday", "ramadan|eid|easter|diwali|hanukkah|passover|yom kippur"),
    (
        "20000717",
        "natural science",
        "physicist|astronomer|astronomy|telescope|galaxy|planet|biologist|chemist|geologist|nasa|asteroid|fossil|species discovered|solar system",
    ),
    ("20000710", "biomedical science", "genome|gene editing|dna|stem cell|genetic|crispr"),
    ("20000735", "scientific research", "scientist|researcher|laboratory|study published|peer review|experiment"),
    (
        "20000756",
        "technology and engineering",
        "artificial intelligence|machine learning|software|smartphone|iphone|android|computer|robot|internet|app|cybersecurity|hacker|semiconductor|algorithm|silicon valley|social media|cloud computing",
    ),
    ("20000742", "social sciences", "archaeologist|archaeology|anthropologist|sociologist|psychologist"),
    ("20000775", "discrimination", "racism|racial discrimination|sexism|antisemitism|homophobia|islamophobia|discrimination"),
    ("20000771", "immigration", "immigrant|immigration|asylum seeker|refugee|migrant|deportation|border crossing"),
    ("20000780", "family", "parenting|same-sex marriage|divorce|childcare|child care|adoption|parental leave|marriage"),
    ("20000802", "social problem", "homelessness|homeless|poverty|domestic violence|bullying|child abuse"),
    ("20000817", "welfare", "charity|food bank|welfare|social service|social security"),
    (
        "20000822",
        "competition discipline",
        "football|soccer|tennis|cricket|rugby|basketball|baseball|golf|boxing|formula one|cycling|swimming|athletics|hockey|ice hockey|gymnastics|skiing|nfl|nba|mlb|nhl|marathon",
    ),
    (
        "20001108",
        "sport event",
        "world cup|champions league|premier league|olympic|olympic game|grand slam|super bowl|playoff|grand prix|wimbledon|semi-final|quarter-final|tour de|davis cup|test match|europa league",
    ),
    ("20001148", "sport transaction", "transfer fee|transfer window|free agent|loan deal|trade deadline"),
    ("20001104", "drug use in sport", "doping|anti-doping|banned substance"),
    ("20000053", "act of terror", "terrorist attack|terrorist|suicide bomber|car bomb|suicide bombing|terrorism|bomb attack"),
    (
        "20000056",
        "armed conflict",
        "ceasefire|cease-fire|air strike|airstrike|rebel|insurgent|insurgency|troop|civil war|militant|shelling|invasion|artillery|separatist|front line|battlefield|missile attack|war crime|militia",
    ),
    ("20000065", "civil unrest", "protester|demonstrator|riot|riot police|tear gas|rioting|street protest|mass protest|clashes"),
    ("20000070", "coup d'etat", "coup|military coup|junta|coup attempt"),
    ("20000073", "peace process", "peace talk|peace agreement|peace deal|peace process|peacekeeper|truce|peace plan"),
    ("20001128", "weather forecast", "weather forecast|forecaster|met office|weather service"),
    (
        "20001129",
        "weather phenomena",
        "heatwave|heat wave|snowfall|snowstorm|blizzard|thunderstorm|tropical storm|heavy rain|cold snap|gust|rainfall|hailstorm|fog",
    ),
    ("20001131", "weather warning", "weather warning|storm warning|hurricane warning|severe weather|flood warning"),
    (
        "20000002",
        "arts and entertainment",
        "film|movie|album|actor|actress|singer|band|concert|theatre|exhibition|novel|box office|musician|painting|ballet|opera|sitcom|drama series|director|hollywood",
    ),
    (
        "20000045",
        "mass media",
        "newspaper|broadcaster|journalist|news agency|television channel|media outlet|tv network|news anchor|magazine editor",
    ),
];

/// The topic of the first level above each, by code.
pub(super) fn parent(code: &str) -> Option<usize> {
    let class = match code {
        "20000002" | "20000045" => 1,
        "20000082" | "20000106" | "20000129" => 2,
        "20000139" | "20000148" | "20000168" => 3,
        "20000170" | "20000344" | "20000385" => 4,
        "20000400" | "20000415" | "20000416" => 5,
        "20000418" | "20000420" | "20000424" => 6,
        "20000446" | "20000461" | "20000464" | "20000485" => 7,
        "20000498" | "20000505" => 8,
        "20000509" | "20000524" | "20000531" | "20000533" | "20000536" => 9,
        "20000538" | "20000565" | "20001339" => 10,
        "20000574" | "20000587" | "20000593" | "20000621" | "20000638" | "20000647" | "20000648" => 11,
        "20000657" | "20000690" | "20000697" | "20000703" => 12,
        "20000710" | "20000717" | "20000735" | "20000742" | "20000756" => 13,
        "20000771" | "20000775" | "20000780" | "20000802" | "20000817" => 14,
        "20000822" | "20001104" | "20001108" | "20001148" => 15,
        "20000053" | "20000056" | "20000065" | "20000070" | "20000073" => 16,
        "20001128" | "20001129" | "20001131" => 17,
        _ => return None,
    };
    Some(class - 1)
}
