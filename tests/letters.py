"""The 18 letters as public record has them, and what a dossier says of such letters: data for tests."""

from typing import NamedTuple

from monitor.model import Place, Recognition

PHRASE = "国家新一代人工智能创新发展试验区"
AI_ZONES = Recognition(
    phrase=PHRASE,
    frame="科技部关于(支持|同意){place}(建设|创建){phrase}的(函|复函|批复)",
    issuers=("科技部", "中华人民共和国科学技术部"),
    numbers=("国科函规",),
    hosts=("www.most.gov.cn", "most.gov.cn", "www.gov.cn", "big5.www.gov.cn"),
    look_alikes=(
        "国家人工智能创新应用先导区",
        "国家数字经济创新发展试验区",
        "国家新一代人工智能开放创新平台",
        "国家自主创新示范区",
    ),
)
PILOT_AREAS = Recognition(
    phrase="国家人工智能创新应用先导区",
    frame="工业和信息化部关于支持{place}(建设|创建){phrase}的(函|复函|通知)",
    issuers=("工业和信息化部",),
    numbers=("工信部科函",),
    hosts=("www.miit.gov.cn",),
    look_alikes=(PHRASE,),
)


class Letter(NamedTuple):
    """One letter: its place as in the title and in the end, its number, day in the address and page id."""

    printed: str
    place: Place
    addressee: str
    number: str
    day: str
    page: int

    @property
    def title(self) -> str:
        return f"科技部关于支持{self.printed}建设{PHRASE}的函"

    @property
    def url(self) -> str:
        folder = "https://www.most.gov.cn/xxgk/xinxifenlei/fdzdgknr/qtwj/qtwj"
        return f"{folder}{self.day[:4]}/{self.day[:6]}/t{self.day}_{self.page}.html"


LETTERS = tuple(
    Letter(
        printed,
        Place(printed.removesuffix("市"), en, province),
        f"{province}人民政府",
        f"国科函规〔{number}号",
        day,
        page,
    )
    for printed, en, province, number, day, page in (
        ("北京", "Beijing", "北京市", "2019〕27", "20190221", 145133),
        ("上海", "Shanghai", "上海市", "2019〕80", "20190611", 147034),
        ("天津", "Tianjin", "天津市", "2019〕182", "20191018", 149417),
        ("深圳", "Shenzhen", "广东省", "2019〕183", "20191018", 149418),
        ("杭州", "Hangzhou", "浙江省", "2019〕184", "20191018", 149419),
        ("合肥", "Hefei", "安徽省", "2019〕185", "20191018", 149420),
        ("德清县", "Deqing County", "浙江省", "2019〕194", "20191105", 149777),
        ("重庆", "Chongqing", "重庆市", "2020〕12", "20200309", 152219),
        ("成都", "Chengdu", "四川省", "2020〕13", "20200309", 152220),
        ("西安", "Xi'an", "陕西省", "2020〕14", "20200309", 152221),
        ("济南", "Jinan", "山东省", "2020〕15", "20200309", 152222),
        ("广州市", "Guangzhou", "广东省", "2020〕171", "20200904", 158650),
        ("武汉市", "Wuhan", "湖北省", "2020〕172", "20200904", 158651),
        ("苏州市", "Suzhou", "江苏省", "2021〕63", "20210324", 173509),
        ("长沙市", "Changsha", "湖南省", "2021〕64", "20210324", 173510),
        ("沈阳", "Shenyang", "辽宁省", "2021〕256", "20211207", 178439),
        ("哈尔滨", "Harbin", "黑龙江省", "2021〕257", "20211207", 178440),
        ("郑州", "Zhengzhou", "河南省", "2021〕258", "20211207", 178438),
    )
)
KNOWN = tuple(letter.place for letter in LETTERS[:11])
ALL = tuple(letter.place for letter in LETTERS)
