//! Function words of languages that share a script: the words that no text of a few sentences can do without.
//!
//! Written for this project from general knowledge of the languages. A word may stand in several rows; it then counts less in each.

/// Code (BCP 47) and words, in lower case, split at everything that is no letter (`l'eau` is `l` and `eau`).
pub(super) const FUNCTION_WORDS: &[(&str, &str)] = &[
    // Latin, Germanic
    (
        "en",
        "the of and to in a is that for it was on with as are be at by this from have not or which an were has had his they their but been its who would will can if there when more after about also than into could said other she her he what you your we our such these some may most because",
    ),
    (
        "de",
        "der die das und ist in den von zu mit sich des auf für im dem nicht ein eine als auch es an werden aus er hat dass sie nach wird bei einer um am sind noch wie einem über einen so zum war haben nur oder aber vor zur bis mehr durch man sein wurde wurden sei wenn können kann ihre seine dieser diese nicht gegen unter keine beim seit vom ich wir",
    ),
    (
        "nl",
        "de van het een en in is dat op te zijn met voor niet aan er om ook als bij door maar naar uit hij dan nog ze of heeft worden over tot kan wordt deze zo al werd hebben meer waren wel zich geen die was had hun onder na veel moet kunnen tussen tegen omdat deze ze wat zou dit hem haar ik je mensen jaren dagen vaak mogelijk belangrijk soort landen zegt vanwege nieuw eerst zij gemaakt alle meestal gewoonlijk bezoek",
    ),
    (
        "af",
        "die van en in is het wat nie vir te met n op dat as aan om was deur ook by hy hulle uit sy kan word maar sal daar een tot meer ons hierdie oor na of wees baie so nog se jy jou haar toe moet kon gebruik tussen omdat ander toe egter julle sowel gaan dié vanaf asook sodat terwyl wanneer geword verskeie waar groot nuwe eerste maak doen sê mense jare dae hê gehad waarna dikwels moontlik belangrik tipe lande polisie vanweë nuut skool vroeër eers weens daardie hom alle sulke gewoonlik besoek",
    ),
    ("fy", "de fan it in en dat is te op mei foar net wurdt troch oan by as ek hy wie út nei har der om syn net binne hat sa"),
    (
        "sv",
        "och att det i en som är på av för med till den har de inte om ett han men var jag från vi kan nu så sig efter eller också vid under här hade mot ska över blir sin skulle när där vara alla andra mycket får hon man genom mellan kommer bara detta dessa mer år sade bland eftersom",
    ),
    (
        "da",
        "og i at det er en til af på som for med den de der ikke har et var kan om han men fra ved også eller vil efter sig blev så over nu skal været hvor man sin mere når ud hans havde blive jeg mod end bliver her alle andre mellem nogle deres denne dette hvis kun meget hvad hun før op få fordi uden noget kom flere bare hvordan nogen hele videre ofte selv kunne muligt rundt blandt måske både disse nye gøre være mange store hellere hos mens siden altså verden to mest enkelte år tid måde hvilket sådan gennem blevet omkring hver hvert hvem fik sammen egen hjem tidligere vand dage gange senere højere lavere endnu uge lige sagde siger mennesker børn hvilken hvilke bruger bruges almindeligt stadig skole steder byen årene normalt tiden politiet enten gør gjorde",
    ),
    (
        "nb",
        "og i det er en til av på som for med den de at ikke har et var kan om han men fra ved også eller vil etter seg ble så over nå skal vært hvor man sin mer når ut hans hadde bli jeg mot enn blir her alle andre mellom noen deres denne dette hvis bare mye hva hun før opp få fordi uten noe sier sa dersom da disse kom flere hvordan hele videre ofte selv kunne mulig rundt nye gjøre være mange store heller hos mens siden altså verden to mest enkelte hver hvert hvem fikk sammen gjør gjorde egen hjem tidligere vanlig fortsatt enten skole vann dager ganger senere høyere lavere ennå enda gjennom blitt uke bruker brukes mennesker steder byen årene vanligvis tiden politiet",
    ),
    (
        "nn",
        "og i det er ein til av på som for med den dei at ikkje har eit var kan om han men frå ved også eller vil etter seg vart så over no skal vore kor sin meir når ut hans hadde bli eg mot enn blir her alle andre mellom nokre denne dette berre mykje kva ho før opp få fordi utan noko seier sa dersom då desse vere vere eitt vart dykk kom fleire korleis nokon heile vidare ofte sjølv kunne mogleg rundt nye gjere blei mange store heller hjå medan sidan altså verda to mest difor kvar kvart kven fekk saman sjå seie gjer gjorde eigen heim tidlegare vanleg framleis anten skule vatn dagar gonger gong sjølve vert verte seinare høgare lågare endå enno gjennom eine einaste stader byen òg åra åt korkje vanlegvis tida",
    ),
    (
        "is",
        "og í að er sem á til um við með var fyrir ekki það hann en af því eru hafa hefur frá eða þegar þetta var svo þess þeir hún ég þar sér verið eftir mjög hafi einnig yfir vera verða kom sagði þeirra þessi þó undir milli getur meira hafði út upp voru þessum ekki eins síðan margir þá þau hér úr annars vegna áður sama eiga gera alls",
    ),
    ("lb", "an de den d vun der ass net fir mat op zu eng hunn och dat sech war vum gouf no bei iwwer awer si huet ginn wéi"),
    // Latin, Romance
    (
        "fr",
        "de la le les et des en un une du est que dans qui pour par au sur il ne pas plus se ce avec sont son l d qu été mais aux ou sa cette comme ont elle nous leur ses même ces fait être à s n c a vous tout après entre était ils sans peut y où si dont aussi avait très bien deux avoir selon encore depuis lors afin",
    ),
    (
        "es",
        "de la que el en y a los del se las por un para con no una su al lo como más pero sus le ya o este sí porque esta entre cuando muy sin sobre también me hasta hay donde quien desde todo nos durante todos uno les ni contra otros ese eso ante ellos e esto fue son está había era ser es han ha según puede años tiene estas después",
    ),
    (
        "pt",
        "de a o que e do da em um para é com não uma os no se na por mais as dos como mas foi ao ele das tem à seu sua ou ser quando muito há nos já está eu também só pelo pela até isso ela entre era depois sem mesmo aos ter seus quem nas me esse eles estão você tinha foram essa num nem suas meu às pelos são pode ainda segundo após disse",
    ),
    (
        "it",
        "di e il la che in a per un del è non sono da una con della i si le al dei come più anche lo nel alla o ma gli dal ha delle se all dell su l nella hanno suo questo stato ci sua ed questa tra essere quando loro cui molto dalla ai poi chi può dopo prima già sul perché ne fu era degli nei dalle sulla c nell fra",
    ),
    (
        "ca",
        "de la i el que a en les els un per una del al es amb no l és d s com dels va més però o se són aquest seva ha han aquesta hi per pel també als fer ser entre seu tot quan fins sobre any molt les durant van on està sense ja després dos perquè pot nous seus havia",
    ),
    (
        "gl",
        "de a o que e do da en un para é con non unha os no se na por máis as dos como pero foi ao el das ten á seu súa ou ser cando moito hai nos xa está eu tamén só polo pola ata iso ela entre era despois sen mesmo aos seus estes foron unha esta onde pode dunha nunha",
    ),
    (
        "ro",
        "de și în a la cu pe care din nu că o este pentru mai se un au fi sa al ca fost ce sunt prin lui sau dar le ale după când ar am lor poate între această acest ei până fără va foarte toate doar cele cel către ani fie dintre despre era unei unui iar numai asupra atunci",
    ),
    ("la", "et in est non ut ad cum quod qui sed ex de a si quae per quam sunt hoc ab atque etiam aut esse nec autem enim eius quo ac"),
    (
        "eo",
        "la de kaj en estas al ke ne por kun el per li mi kiu oni pri sed ĉi aŭ tio ili ĝi tiu kiel pli sur estis post inter kiuj havas ankaŭ ĉiuj ties povas sian",
    ),
    // Latin, Slavic and Baltic
    (
        "pl",
        "i w na z się do nie jest to że o jak za od po ale są przez dla co przy jego oraz tym może tylko ich który było ma które być był już ze czy która jako lub tak a także tego te we pod przed jednak był będzie była między bardzo gdy jej można też ponieważ roku został podczas",
    ),
    (
        "cs",
        "a v se na je že s z do o i k to ve pro jako za by ale po jsou který od jeho byl které jen tak při aby bylo co byla není až být která už jak nebo má také této před mezi podle může však více jejich pod ze ke během tím kdy než bude toho další roce měl protože když pouze",
    ),
    (
        "sk",
        "a v sa na je že s z do o i k to vo pre ako za by ale po sú ktorý od jeho bol ktoré len tak pri aby bolo čo bola nie až byť ktorá už alebo má aj tejto pred medzi podľa môže však viac ich pod zo ku počas tým keď než bude toho ďalšie roku mal pretože keďže iba",
    ),
    (
        "sl",
        "in je v na se da za so z ki pa ni s tudi po bi kot ali o iz od do pri še ne med kar to bil ob lahko bila ker več pred le če tem biti že bilo svoje njegov po nad kako vse samo zaradi imajo ima pod kjer katere kateri vendar ter ste svojih svojo katerih saj njihov njihove njihovih nekaj mogoče toda vsak vsi dva kdo",
    ),
    (
        "hr",
        "i u je da se na za su od s a koji o iz ne kao što će bi to do nije po kako ali bio ili samo još ima prema više može te biti jer koja koje nakon što bila već tako sve pri kada prije ovo svoje međutim između tijekom također zbog bilo ste ih jedan svi ona oni ove mogu neki nekoliko bile nisu iako odnosno poput pod kroz tri dva one kojima",
    ),
    (
        "sr",
        "i u je da se na za su od sa a koji o iz ne kao što će bi to do nije po kako ali bio ili samo još ima prema više može te biti jer koja koje nakon bila već tako sve pri kada pre ovo svoje međutim između tokom takođe zbog bilo gde ovde čovek ste ih jedan svi ona oni ove mogu neki nekoliko bile nisu iako odnosno poput pod kroz tri dva",
    ),
    (
        "lt",
        "ir yra kad į iš su kaip ne buvo tai už o nuo bet jis ar dar po apie labai iki prie gali tik taip jau arba savo jo kuris kurie jie kai tačiau nėra kur pat būti prieš metu jų dėl per daugiau turi šios ši ji",
    ),
    (
        "lv",
        "un ir ar no ka par uz kas tika bija kā pēc nav bet arī ļoti viņš tas vai to lai pie šo gan tiek pa līdz jo starp savu var gada kad kuras kurš viņi tikai būt vēl jau pret viņa laikā tādēļ daudz",
    ),
    // Latin, Uralic, Turkic and others of Europe
    (
        "fi",
        "ja on ei että se oli hän mutta ovat kun myös sen joka kuin tai jos niin mukaan hänen ole mitä vain ollut jo nyt voi sekä siitä noin jotka kanssa kuitenkin olla olivat heidän vielä sitä tämä niiden jälkeen tämän he sillä koska kaikki jonka itse joita mikä ennen enemmän voidaan siihen eivät",
    ),
    (
        "et",
        "ja on ei et see oli ka kui aga mis ta või kes siis selle oma nii välja ning veel nad ole üle välja kuid pärast väga mida tema olid nende saab poolt seda enne sest võib juba kõik üks vaid olla enam need sellest mille sai peale aasta",
    ),
    (
        "hu",
        "a az és hogy nem is egy ez volt csak meg azt el de ki mint már még van le ha lehet ezt vagy szerint minden fel kell után annak amely azonban között olyan nagyon voltak aki lesz be több más mert ezek ami majd amelyek valamint illetve során azért így azok",
    ),
    (
        "tr",
        "ve bir bu için de da ile olarak çok daha en olan gibi kadar ne sonra var o olduğu ya ama her olduğunu değil tarafından ise diye içinde iki yeni göre ancak arasında önce nasıl bunu şey veya kendi ki oldu etti olan edilen üzere bazı hem bile onun birlikte",
    ),
    (
        "az",
        "və bir bu üçün də ilə olan o ki daha çox olaraq onun kimi sonra idi ən edir hər bütün lakin olduğu artıq isə bunu qədər ya tərəfindən deyil həm görə var olub",
    ),
    ("uz", "va bu bilan uchun bir ham ning deb edi bo ular esa o lekin keyin kerak mumkin shu boshqa juda har yoki eng kabi qilish"),
    ("tk", "we bu bir üçin bilen hem bolan diýip ol has köp soň ýa olar şeýle"),
    (
        "eu",
        "eta da ez du bat dira zen egin dute baina izan ere hau baino zuen izango bere duen zuten dela edo ziren oso behar horrek egiten beste diren gehiago dituzte den hori nahi arte ditu hala zein batzuk baita dago horren artean orain urte bezala ondoren asko",
    ),
    (
        "cy",
        "y yn a i o ar yr mae ei am ac gan wedi fod bod eu wrth fel ond oedd hyn nid sy rhwng at gyfer sydd hefyd eich byddai hwn nad oes cael mewn un neu gallu roedd drwy",
    ),
    (
        "ga",
        "an na agus i ar a is go le do ag ní sé bhí tá nach leis sin ach seo nó as sí mar gur ón atá siad bhfuil den gach raibh féin chun trí idir faoi thar um bheith níos ina dá rud daoine ansin fosta nuair mór sna ó dtí gcuid",
    ),
    ("gd", "an na agus a air tha ann gu bha e do le nach mar iad sin seo bho ach aig chan no gun"),
    ("mt", "li u ta il l għal fil ma minn ġew kien din dan mill kif bħala jew aktar huwa mhux biex"),
    (
        "sq",
        "të e në dhe për me një që nga si u ka do së është kjo ky më i por nuk ai janë pas mund ishte kishte duke tek mbi kur jo ose edhe shumë këtë tij pa gjithë cili tyre deri kanë ndërsa",
    ),
    // Latin, Asia
    (
        "id",
        "yang dan di untuk dengan pada ini dari dalam tidak akan itu juga oleh adalah ke telah bahwa karena dapat para ada mereka sebagai atau lebih saat tersebut bisa kata menjadi sudah tahun satu kami saya anda secara sangat hanya beberapa seperti ketika namun setelah antara banyak terhadap bagi memiliki sebuah pun hingga sejak berbeda masih tetapi setiap orang jika mungkin hal sekitar lain daripada bukan berbagai beda kota saja pemerintah wilayah sebagian misalnya uang masa jumlah sulit seorang disebut mencoba seseorang kalau tapi sementara bahkan serikat eropa spanyol prancis kesehatan tim pertandingan informasi bisnis aktivitas kualitas komunitas universitas polisi perusahaan mobil pesawat bandara obat kantor senin rabu kamis jumat sabtu minggu maret agustus desember melakukan mulai ujar warga provinsi kabupaten persen sore coba dikenal kerap sering tahu siswa pihak amerika gratis umumnya adanya",
    ),
    (
        "ms",
        "yang dan di untuk dengan pada ini dari dalam tidak akan itu juga oleh adalah ke telah bahawa kerana boleh para ada mereka sebagai atau lebih ketika tersebut kata menjadi sudah tahun satu kami saya anda beliau ialah sangat hanya beberapa seperti namun selepas antara banyak terhadap bagi berkata turut iaitu kepada manakala apabila ia bukan sahaja semasa kini cuma perlu mungkin melalui terdapat kebanyakan tetapi setiap orang daripada masih bagaimanapun berlaku mempunyai lain berbeza bandar kawasan sesetengah pelbagai kemudiannya sebahagian sekiranya memandangkan ramai kebiasaannya contohnya kerajaan biasanya wang dipanggil menerusi sebarang lazimnya bilangan sukar hendaklah seseorang polis mahkamah syarikat negeri sebanyak ahad isnin khamis jumaat sabtu mac ogos disember jabatan kakitangan pekerja kereta televisyen universiti parlimen timbalan susulan berikutan tempoh peratus petang ekoran dijangka amat cuba mencuba dikenali ubat pasport aktiviti kualiti komuniti maklumat perniagaan persekutuan eropah perancis sepanyol kesihatan pasukan perlawanan sains lapangan percuma pelajar amerika england kemudahan pihak mendapati sebelah memandu kegunaan kecederaan",
    ),
    (
        "jv",
        "ing lan kang iku saka ora karo kanggo iki sing ana dadi wong uga utawa luwih dening nganggo yaiku marang wis bisa ananging banget",
    ),
    ("su", "nu di jeung ka ieu dina téh anu ku pikeun aya teu sareng oge ogé tina jadi nyaeta"),
    (
        "tl",
        "ang ng sa na at mga ay ni para ito kay hindi nang si siya may kanyang isang ko o mo sila mula kung niya ayon kanilang pa rin din lang naman nila dahil pang kaniyang pagkatapos habang bilang",
    ),
    (
        "vi",
        "và của là có trong được cho một không với các người những đã để này khi đến từ về như năm cũng tại ông vào ra trên phải nhiều sẽ đó sau thì hơn nhưng bị do nước theo bằng họ nó rất làm",
    ),
    // Latin, Africa and Oceania
    (
        "sw",
        "ya na wa kwa ni katika za la kuwa hiyo hii huo huu hayo cha yake yao lakini pia kama au wake baada watu vya zaidi kwamba hadi sana moja ambao wao ili kila bila kutoka tu wakati alisema sehemu mara hata bado wengi mtu ambayo ambapo huku hizi hizo tena lake yako hili kuna ikiwa mwaka",
    ),
    (
        "so",
        "oo ku ka iyo in ee ah waa u ayaa la uu si soo wax ay waxaa ayay leh lagu kale loo kala badan marka aan waxay inay hal ama laga inuu iska dad waxa sanad iyada isaga dadka kuwa markii inta sida ahaa ayey waxaana",
    ),
    ("ha", "da a na ta ya ne ba su ga wannan shi kuma daga cikin yi wani amma mai ce za an wanda"),
    (
        "yo",
        "ti ni o si awọn fun pe wọn ti àti ń tí ní sí fún ó kan lati ati ati jẹ̀ nínú láti pé àwọn wọ́n kò bá tàbí tó bí jù lọ yìí láàrin àkọ́kọ́ wà nígbà náà ṣe mo ilé",
    ),
    ("ig", "na nke ndị ya ha bụ a maka n ka ihe site dị ahụ ma ọ nwere mgbe"),
    (
        "zu",
        "ukuthi futhi ngoba kodwa uma noma kakhulu ukuze lapho ngesikhathi abantu kanye yokuthi kusho njengoba emva eyodwa le lo bonke kwezinye eminingi umuntu kuhle ezinye kusukela nje ngokuthi ukwenza yona waye ngaphandle lokho ngenxa zonke ngemuva okuthi kanjalo isikhathi izwe uhulumeni amaphoyisa isifundazwe izinyanga izindawo izinhlobo isibonelo manje nalapho lokhu lena leli lelo kufanele okungenani nakuba ngaleso ngalesi lesi leso ngenkathi ngokuvamile izinto kungenzeka njalo ikakhulukazi abanye ezindaweni izilimi amakhilomitha",
    ),
    (
        "xh",
        "ukuba kunye kwaye okanye kuba kodwa xa ngexesha abantu emva phantsi ukuze nangona le lo kwi njengoko ngokuba kwaye enye ngo uninzi ezininzi kufuneka ukusuka abaninzi eli esi ezi yaye ngaphandle nje ukwenza kakhulu ngokubanzi waye eyona zabo kulo kwakhona ukuya wama ibe baye bazo yona nokuba oko zange oku kwezi kuthiwa iya izinto ezinye abanye apho nabo bakhe emhlabeni yi wakhe lwe okokuba yokuba ngenxa ngoku ngelixa umntu into apha elo ezo ekubeni kanti nto ntoni kunokuba uluntu ilizwe urhulumente amapolisa iphondo ixesha iinyanga iindawo iintlobo umzekelo endaweni kweli nangaphezulu iinkonzo iinkqubo iindlela iilwimi iikhilomitha emveni ngaloo koko kufutshane ingakumbi rhoqo akukho kusenokwenzeka",
    ),
    (
        "st",
        "ho le ba ya e ka hore o ha tsa wa mme empa a la ke na ena bona tse hape haholo batho jwalo kapa di ao haeba ntle tseo moo leha hona eo etswa ntho mongwe batla tlase hodimo",
    ),
    (
        "tn",
        "go le ba ya e ka gore o ga tsa wa mme fela a la ke na ne kgotsa jaaka tse di gape thata batho mo nngwe fa bone jang gone teng bangwe morago kwa eo ditiro dingwe batla tsone sengwe gongwe",
    ),
    (
        "ts",
        "ku na swi va ya hi leswaku ni xi ti la ka wa kambe eka hikuva loko kumbe kutani vanhu swinene leyi lava ri ta naswona leswi endzhaku loku tiko lowu loyi etikweni u ntirho",
    ),
    ("sn", "kuti uye asi kana vanhu kwazvo pamwe nokuti zvakare inogona mushure panguva iri ari ivo izvi kubva vakawanda uyo ndi"),
    (
        "lg",
        "ku mu nga era okuva oba bwe naye abantu nti ne nnyo oku ebi kya kuba mukiseera mwe emu bye ba ya gwa eri kino ebyo omuntu awamu wadde singa ekintu kubanga abamu bya mubu olwo kiri gye eyo buli ebintu ly yali okusobola abalala ebirala ekitundu okutuuka omwaka emyaka essaawa eggwanga gavumenti poliisi bangi nnyingi waliwo kati oluvannyuma okusinziira mulimu abasinga ekisinga omulundi emirundi okukola okufuna ennyo wano bonna byonna",
    ),
    ("mi", "te he i o ki ngā ka ko kei me hei mō nga ia e ana kua tēnei rātou engari rānei mai tana"),
    ("mg", "ny sy dia fa tao ho amin izany no ao tsy izay ireo fa ary teo an ka ity"),
    ("ht", "nan ak yo li ki pou yon se la te gen pa sou ki mwen men ou kap"),
    ("ku", "û di de ku li ji bi ye ne ew bo wan hat bû ev jî an dibe"),
    // Cyrillic
    (
        "ru",
        "и в не на что с по он как это к из от у за о его для же но а был так все до бы того при было или быть только также если года более есть их уже она были во со когда после этого где лет которые который может под сказал чтобы время ещё",
    ),
    (
        "uk",
        "і в на що з не до у та за від як по це він про його для але а бути був було або також якщо року більше є їх вже вона були коли після цього де років які який може під сказав щоб час ще із та й через між",
    ),
    (
        "be",
        "і ў на што з не да у за ад як па гэта ён пра яго для але а быць быў было або таксама калі года больш ёсць іх ужо яна былі пасля дзе гадоў якія які можа пад сказаў каб час яшчэ",
    ),
    (
        "bg",
        "и на в да за се от с че по не са е като до но след при го или най му който има това един които тя беше към само през още може те ще така има който също между или била един ако всички много",
    ),
    (
        "mk",
        "и на во да за се од со дека по не се е како до но по при го или му кој има ова еден кои таа беше кон само низ уште може тие ќе така исто меѓу била ако сите многу",
    ),
    (
        "sr",
        "и у је да се на за су од са а који о из не као што ће би то до није по како али био или само још има према више може те бити јер која које након била већ тако све при када пре ово своје међутим између током такође због",
    ),
    (
        "kk",
        "және бір бұл мен үшін да де болып ол осы деп бар ең өз кейін сол болған емес керек бойынша олар оның сондай арқылы сияқты кезінде жыл адам көп егер туралы әр тек басқа болады болды жоқ үлкен алып келген деген жүйе бола алады кейбір көптеген екі бірінші бұрын",
    ),
    ("ky", "жана бул бир менен үчүн деп болгон да ал өз кийин эле бар ошол эмес"),
    (
        "mn",
        "нь юм байна энэ ба болон тэр гэж байсан нэг дээр ч бөгөөд их тухай бол онд хүн болсон байгаа гэсэн мөн олон бүр улс үед маш бус болох болж юу эсвэл учир түүний хийх авах тул дараа өөр нэгэн бас ихэнх хэрэв",
    ),
    ("tg", "ва дар аз ки ба бо ин барои аст он як ҳам буд мешавад худ"),
    // Arabic script
    ("ar", "في من على أن إلى التي عن مع الذي هذا هذه ما كان لا بين كما بعد قد ذلك أو ولا لم كانت قال وقد عند هو حيث هي كل خلال إن ولكن"),
    ("fa", "و در به از که این را با است برای آن یک خود تا کرد بر هم نیز گفت می شود شده بود او های دارد کند باشد اما یا"),
    ("ur", "کے میں کی ہے اور سے کا کو اس نے کہ پر ہیں یہ بھی تھا ایک نہیں تو ہو ان کر جو گیا وہ کیا تھے"),
    ("ps", "د په او چې کې له ته دی سره هم نه دا يو وي هغه شي کړي"),
    ("ckb", "لە بۆ بە کە و لەگەڵ ئەو ئەم سەر دا بوو هەر یان دەکات"),
    // Devanagari
    ("hi", "के में की है और से का को पर ने कि यह भी हैं एक नहीं तो हो था कर इस लिए जो वह या साथ अपने गया किया"),
    ("mr", "आहे आणि या च्या हे तर ते की होते नाही व एक करून असे मात्र होती आहेत झाली केली त्या हा ही म्हणून"),
    ("ne", "छ र को मा ले पनि छन् यो हो एक गर्न भएको गरेको थियो तथा भने लागि गरी हुन् नै"),
    // Ethiopic
    ("am", "ነው ላይ እና ውስጥ ነበር ግን እንደ ወደ ጋር"),
    ("ti", "እዩ ኣብ ናይ ከም ድማ ነቲ እቲ ኣይኮነን"),
];

/// Letters that few of the languages of a script use, in lower case.
pub(super) const LETTERS: &[(&str, &str)] = &[
    ("de", "ß"),
    ("pl", "łąęśźż"),
    ("cs", "řěů"),
    ("sk", "ľĺŕ"),
    ("hu", "őű"),
    ("ro", "ășțţş"),
    ("tr", "ğı"),
    ("az", "əğı"),
    ("is", "ðþ"),
    ("pt", "ãõç"),
    ("mt", "ħġċ"),
    ("yo", "ṣẹọ"),
    ("ig", "ịụọ"),
    ("lv", "ļņķģ"),
    ("lt", "ėįų"),
    ("lv", "āēīū"),
    ("mi", "āēīōū"),
    ("et", "õ"),
    ("vi", "ơưđ"),
    ("eo", "ĉĝĥĵŝŭ"),
    ("uk", "їєґі"),
    ("be", "ўі"),
    ("sr", "ђћљњџ"),
    ("mk", "ѓќѕ"),
    ("ru", "ыэё"),
    ("be", "ыэё"),
    ("kk", "қғұәһыңіөү"),
    ("ky", "өүңыэ"),
    ("mn", "өүэёы"),
    ("tg", "ҷӣӯқғё"),
    ("fa", "پچژگ"),
    ("ur", "ٹڈڑںے"),
    ("ps", "ټډړښځڅې"),
    ("ckb", "ێۆڕڵە"),
    ("ar", "ةىأإ"),
];
